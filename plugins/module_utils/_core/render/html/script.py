# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page's own script: sorting and filtering of tables. Its hash stands in the page's Content-Security-Policy.

The page is complete without it, so buttons and filter boxes are made or unhidden here. The map filters the table.
Numbers are sorted by ``data-v``, never by their text: "9.9 MB" is less than "10 MB".
"""

from __future__ import annotations

SCRIPT = """
(() => {
  "use strict";
  const value = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.v === undefined ? cell.textContent : Number(cell.dataset.v);
  };
  // Numbers by size, text as people sort it (v2 before v10); compare is made once, it is slow to make.
  const text = new Intl.Collator("en", {numeric: true}).compare;
  const compare = (a, b) => typeof a === "number" && typeof b === "number" ? a - b : text(String(a), String(b));

  for (const table of document.querySelectorAll("table.sortable")) {
    const body = table.tBodies[0];
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      if (head.classList.contains("plain")) return;
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        // Numbers start with the largest, text with A; a second click turns the order around.
        const first = head.classList.contains("n") ? "descending" : "ascending";
        const other = first === "ascending" ? "descending" : "ascending";
        const order = head.getAttribute("aria-sort") === first ? other : first;
        heads.forEach((each) => each.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", order);
        const sign = order === "ascending" ? 1 : -1;
        const keyed = [...body.rows].map((row) => [value(row, column), row]);
        keyed.sort((a, b) => sign * compare(a[0], b[0]));
        body.append(...keyed.map((pair) => pair[1]));
      });
    });

    const box = document.getElementById(table.id + "-filter");
    if (!box) continue;
    box.hidden = false;
    const input = box.querySelector("input");
    const output = box.querySelector("output");
    const buttons = [...box.querySelectorAll("button")];
    let texts = null;
    const filter = () => {
      // Read the rows once, at the first letter, not while the page loads.
      texts = texts || [...body.rows].map((row) => [row, row.textContent.toLowerCase()]);
      const words = input.value.toLowerCase().split(/\\s+/).filter(Boolean);
      const pressed = buttons.filter((each) => each.getAttribute("aria-pressed") === "true");
      const kinds = pressed.map((each) => each.dataset.f);
      let shown = 0;
      for (const [row, content] of texts) {
        const its = (row.dataset.f || "").split(" ");
        row.hidden = !words.every((word) => content.includes(word)) || !kinds.every((kind) => its.includes(kind));
        shown += row.hidden ? 0 : 1;
      }
      output.textContent = words.length || kinds.length ? shown + " of " + texts.length + " rows" : "";
    };
    input.addEventListener("input", filter);
    for (const button of buttons) {
      button.addEventListener("click", () => {
        button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
        filter();
      });
    }
  }

  // A cell of the map, and the name of a repository, look for themselves in the table of images.
  const images = document.getElementById("images-table-input");
  const pick = (text) => {
    images.value = images.value === text ? "" : text;
    images.dispatchEvent(new Event("input"));
    document.getElementById("images").scrollIntoView();
  };
  if (images) {
    for (const cell of document.querySelectorAll("svg[data-q]")) {
      cell.classList.add("picks");
      cell.addEventListener("click", () => pick(cell.dataset.q));
    }
    for (const name of document.querySelectorAll("code.pick")) {
      const button = document.createElement("button");
      button.type = "button";
      button.title = "Show its images";
      name.before(button);
      button.append(name);
      button.addEventListener("click", () => pick(name.textContent));
    }
  }
})();
"""
