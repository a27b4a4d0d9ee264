# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page's style sheet. Colours meet WCAG AA on their backgrounds in both schemes; nothing is loaded."""

from __future__ import annotations

STYLE = """
:root {
  color-scheme: light dark;
  --page: #f7f7f5; --card: #ffffff; --text: #1c2024; --quiet: #565e69; --line: #e2e4e8; --hover: #f1f4f8;
  --error: #a8201a; --error-tint: #fbeae9; --warning: #7d4f00; --warning-tint: #fdf3dd;
  --note: #2b527a; --note-tint: #e9f1f9; --good: #17633a; --good-tint: #e5f4ea; --focus: #1a5fb4; --bar: #4a74a3;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #131619; --card: #1b1f24; --text: #e6e9ec; --quiet: #a3abb6; --line: #30363d; --hover: #232930;
    --error: #ff9d94; --error-tint: #3b1d1c; --warning: #f2c069; --warning-tint: #372a12;
    --note: #a3c8ee; --note-tint: #1b2b3c; --good: #86d9a3; --good-tint: #15301f; --focus: #7ab4f5;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--text);
  font: 15px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  font-variant-numeric: tabular-nums;
}
main { max-width: 84rem; margin: 0 auto; padding: 2rem 1.5rem 3rem; }
main > section, .verdict {
  background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1.25rem 1.5rem;
  margin: 0 0 1.25rem;
}
h1 { font-size: 1.55rem; line-height: 1.25; margin: 0.15rem 0 0.4rem; letter-spacing: -0.01em; }
h2 { font-size: 1.1rem; margin: 0 0 0.25rem; }
p { margin: 0.25rem 0; }
.quiet, figcaption, caption, footer, dt { color: var(--quiet); }
.absent { color: var(--error); }
dl.facts .bad dd { color: var(--error); }
.sum { font-size: 1.7rem; font-weight: 600; letter-spacing: -0.01em; margin: 0.2rem 0 0; }
.sum.grew { color: var(--warning); }
.sum.shrank { color: var(--good); }
.rules { margin: 0.6rem 0 0; }
.rule-row { border-bottom: 1px solid var(--line); }
.rule-row > summary {
  display: grid; grid-template-columns: 1rem 6.5rem minmax(9rem, 16rem) 9rem 8.5rem 1fr; gap: 0 0.75rem;
  align-items: baseline; padding: 0.55rem 0; font-weight: 400; list-style: none;
}
.rule-row > summary::-webkit-details-marker { display: none; }
.rule-row > summary::before { content: "\\25b8" / ""; color: var(--quiet); }
.rule-row[open] > summary::before { content: "\\25be" / ""; }
.rule-row > summary:hover { background: var(--hover); }
.rule-row .chip { justify-self: start; }
.rule { font-weight: 600; overflow-wrap: anywhere; }
.share { text-align: right; }
.limit, .worst { overflow-wrap: anywhere; }
.over { color: var(--error); white-space: nowrap; }
.rule-row > :not(summary) { margin-left: 1.75rem; }
.holding { margin-top: 0.75rem; }
.hosts > summary { font-weight: 400; overflow-wrap: anywhere; }
.name .chip, .holding .chip, .rule-row .chip { white-space: normal; overflow-wrap: anywhere; }
.hosts { overflow-wrap: anywhere; }
.place { text-align: right; }
.place .hosts { display: inline-block; text-align: left; max-width: 20rem; }
.picks { cursor: pointer; }
.filter button {
  border: 1px solid var(--line); border-radius: 1em; padding: 0.15rem 0.8rem; font-size: 0.85rem; cursor: pointer;
}
.filter button[aria-pressed="true"] { background: var(--note-tint); color: var(--note); border-color: currentColor; }
.verdict { border-left: 6px solid; }
.verdict.failed { border-left-color: var(--error); }
.verdict.passed { border-left-color: var(--good); }
.failed h1 { color: var(--error); }
.passed h1 { color: var(--good); }
ul { margin: 0.6rem 0 0; padding-left: 1.2rem; }
.eyebrow { font-size: 0.85rem; }
nav { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; margin: 0 0 1.25rem; padding: 0 0.25rem; }
nav a { color: var(--quiet); text-decoration: none; padding: 0.25rem 0; }
nav a:hover { color: var(--text); text-decoration: underline; }
/* Each value has the room that it needs: the columns of a grid would all be as wide as most of them. */
dl.facts { display: flex; flex-wrap: wrap; gap: 1rem 1.5rem; margin: 1.25rem 0 0; }
/* Values stand on one line although some names take two. */
dl.facts div { display: flex; flex-direction: column; justify-content: space-between; flex: 1 0 auto; }
dl.facts dt { font-size: 0.85rem; }
dl.facts dd { margin: 0; font-size: 1.3rem; font-weight: 600; white-space: nowrap; letter-spacing: -0.01em; }
figure { margin: 0.75rem 0 0; overflow: hidden; }
svg.treemap { display: block; border-radius: 6px; }
.gap { fill: var(--card); }
figcaption { display: flex; flex-wrap: wrap; gap: 0.2rem 1.2rem; margin-top: 0.6rem; font-size: 0.85rem; }
.key svg { vertical-align: -1px; border-radius: 2px; }
.scroll { overflow-x: auto; margin: 0.5rem -0.5rem 0; padding: 0 0.5rem; }
table { border-collapse: collapse; width: 100%; font-size: 0.9rem; }
caption { text-align: left; padding: 0 0 0.5rem; font-size: 0.85rem; }
th, td { text-align: left; vertical-align: top; padding: 0.4rem 0.9rem 0.4rem 0; border-bottom: 1px solid var(--line); }
thead th { white-space: nowrap; font-weight: 600; color: var(--quiet); font-size: 0.82rem; vertical-align: bottom; }
tbody th { font-weight: 400; }
tbody tr:last-child > * { border-bottom: 0; }
tbody tr:hover { background: var(--hover); }
.n { text-align: right; white-space: nowrap; }
.nowrap { white-space: nowrap; }
code {
  font: 0.92em/1.6 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
  overflow-wrap: anywhere;
}
td code, th code { display: inline-block; min-width: 11rem; max-width: 34rem; }
td.message { min-width: 14rem; overflow-wrap: anywhere; }
.short { min-width: 5rem; overflow-wrap: anywhere; }
li, p, figcaption, .name { overflow-wrap: anywhere; }
.chip { display: inline-block; padding: 0 0.55em; border-radius: 1em; font-size: 0.82rem; white-space: nowrap; }
.error, .not-known, .failed-host { color: var(--error); background: var(--error-tint); }
.warning, .incomparable, .stale { color: var(--warning); background: var(--warning-tint); }
.note, .waived { color: var(--note); background: var(--note-tint); }
.good { color: var(--good); background: var(--good-tint); }
.bar rect { fill: var(--bar); }
button {
  all: unset; cursor: pointer; padding: 0.15rem 0; border-radius: 3px;
}
thead button::after { content: "\\2195" / ""; opacity: 0.35; padding-left: 0.35em; font-weight: 400; }
[aria-sort="ascending"] button::after { content: "\\2191" / ""; opacity: 1; }
[aria-sort="descending"] button::after { content: "\\2193" / ""; opacity: 1; }
button:hover { color: var(--text); }
button:focus-visible, input:focus-visible, a:focus-visible, summary:focus-visible, .scroll:focus-visible {
  outline: 2px solid var(--focus); outline-offset: 2px;
}
.filter { display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem 0.75rem; margin: 0.5rem 0; }
.filter[hidden] { display: none; }
input {
  font: inherit; color: inherit; background: var(--page); border: 1px solid var(--line); border-radius: 6px;
  padding: 0.3rem 0.6rem; min-width: min(20rem, 100%);
}
summary { cursor: pointer; font-weight: 600; }
footer { font-size: 0.85rem; padding: 0 0.25rem; }
@media (max-width: 640px) {
  main { padding: 0.75rem 0.5rem 2rem; }
  main > section, .verdict { padding: 1rem; border-radius: 8px; }
  h1 { font-size: 1.35rem; }
  dl.facts { gap: 0.75rem 1rem; }
  dl.facts div { flex-basis: 7.5rem; }
  dl.facts dd { font-size: 1.15rem; }
  text.narrow, .bar, .plot, th.plain { display: none; }
  /* Rows become cards: a table of seven columns cannot be read on a phone. The header is kept, for sorting. */
  table, caption, thead, tbody, tr, th, td { display: block; }
  .scroll { overflow: visible; }
  tr { display: flex; flex-wrap: wrap; gap: 0.1rem 0.9rem; padding: 0.6rem 0; border-bottom: 1px solid var(--line); }
  tr[hidden] { display: none; }
  th, td, thead th { padding: 0; border: 0; text-align: left; }
  td code, th code { min-width: 0; max-width: none; }
  .name, td.message { flex-basis: 100%; min-width: 0; }
  td:empty { display: none; }
  td::before { color: var(--quiet); }
  #images-table td:nth-last-child(4)::before { content: "on or not shared "; }
  #images-table td:nth-last-child(3)::before { content: "age "; }
  #images-table td:nth-last-child(2)::before { content: "in use "; }
  #changes-table td:nth-child(5)::before { content: "before "; }
  #changes-table td:nth-child(6)::before { content: "after "; }
  #repositories-table td:nth-last-child(2)::before { content: "images "; }
  #repositories-table td:last-child::before { content: "largest "; }
  .rule-row > summary { display: block; }
  .rule-row > summary > * { margin-right: 0.4rem; }
  .worst { display: block; }
  .share { text-align: left; }
  .rule-row > :not(summary) { margin-left: 0; }
  .place { text-align: left; }
  .place .hosts { display: block; }
  #hosts-table td:nth-last-child(5)::before { content: "images "; }
  #hosts-table td:nth-last-child(4)::before { content: "sum of sizes "; }
  #hosts-table td:nth-last-child(3)::before { content: "findings "; }
  #waived-table td:last-child::before { content: "until "; }
}
@media print {
  :root {
    --page: #ffffff; --card: #ffffff; --text: #000000; --quiet: #444444; --line: #cccccc; --hover: #ffffff;
    --error: #a8201a; --error-tint: #ffffff; --warning: #7d4f00; --warning-tint: #ffffff;
    --note: #2b527a; --note-tint: #ffffff; --good: #17633a; --good-tint: #ffffff;
  }
  body { font-size: 10pt; }
  main { max-width: none; padding: 0; }
  main > section, .verdict { border-radius: 0; border-width: 0 0 1px; padding: 0 0 0.75rem; }
  .verdict { border-left-width: 6px; padding-left: 0.75rem; }
  nav, .filter, button::after { display: none !important; content: none; }
  .scroll { overflow: visible; }
  thead { display: table-header-group; }
  tr, figure { break-inside: avoid; }
  svg { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
"""
