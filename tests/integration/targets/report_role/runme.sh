#!/usr/bin/env bash
# Whole runs of the playbook, as users and CI systems start it; what they must leave behind is in verify.py.
set -eu

target=$PWD
WORK=$(mktemp -d)
export WORK
silent=
trap 'rm -rf "$WORK"; [ -z "$silent" ] || kill "$silent"' EXIT
unset GITHUB_ACTIONS GITHUB_STEP_SUMMARY GITLAB_CI TF_BUILD JENKINS_URL
export ANSIBLE_NOCOLOR=1 ANSIBLE_LOCALHOST_WARNING=0
# ansible-test makes a pattern without hosts an error; for users it is a warning.
export ANSIBLE_HOST_PATTERN_MISMATCH=warning

python "$target/files/make_archives.py" "$WORK"
cd "$WORK"

# report EXPECTED_RC ARGUMENTS...: runs the playbook in $WORK, its output is in log.
playbook=container_ops.images.report
report() {
  expected=$1
  shift
  rm -rf image-report
  rc=0
  ansible-playbook "$playbook" -i "$target/inventory.yml" -e "@$target/rules.yml" "$@" > log 2>&1 || rc=$?
  if [ "$rc" != "$expected" ]; then
    cat log
    echo "expected return code $expected, got $rc: report $*"
    exit 1
  fi
}

verify() {
  python "$target/verify.py" "$@" || { cat log; exit 1; }
  echo "ok: $*"
}

echo 'written by a step before' > summary.md
GITHUB_ACTIONS=true GITHUB_STEP_SUMMARY=$WORK/summary.md report 2 -e report_hosts=three
verify red_gate
GITHUB_ACTIONS=true report 0 -e report_hosts=three -e report_gate=false
verify gate_off
report 2 -e report_hosts=dead
verify all_dead
GITLAB_CI=true report 0 -e report_hosts=good -e report_keep_spool=false
verify gitlab
TF_BUILD=True report 0 -e report_hosts=good -e '{report_mode: "0640"}'
verify azure
JENKINS_URL=https://ci.example.com/ report 0 -e report_hosts=good
verify jenkins
JENKINS_URL=https://ci.example.com/ report 0 -e report_hosts=good -e report_units=iec -e report_location=rules.yml \
  -e '{report_labels: {team: shop}, report_formats: [html, openmetrics, text], report_outputs: [
       {format: csv, path: own/images.csv, options: {columns: [name, created_at]}},
       {format: text, path: image-report/report.txt, options: {width: 0, title: Ours}}]}'
verify options
report 0 -e report_hosts=good --check
verify check_mode

baseline=(-e report_hosts=good -e "report_baseline_path=$WORK/baseline.json")
report 0 "${baseline[@]}" -e report_baseline_update=missing --check --diff
verify baseline_previewed
report 0 "${baseline[@]}" -e report_baseline_update=missing
verify baseline_written
report 2 "${baseline[@]}" -e archive=large -e report_history_path=kept/history.jsonl --check
verify no_history
report 0 "${baseline[@]}" -e report_history_path=kept/history.jsonl
report 2 "${baseline[@]}" -e archive=large -e report_history_path=kept/history.jsonl
verify growth_found
verify history
report 2 "${baseline[@]}" -e archive=large -e '{report_select: {references: [example/app]}}'
verify one_build
report 2 "${baseline[@]}" -e archive=large -e '{report_select: {references: [example/ap]}}'
verify nothing_selected
report 2 "${baseline[@]}" -e archive=large -e report_baseline_update=out_of_range
verify growth_taken_over

# Hosts that fail with the file of a good run before them.
python "$target/files/silent_server.py" "$WORK/port" &
silent=$!
until [ -s "$WORK/port" ]; do sleep 0.1; done
SILENT_PORT=$(cat "$WORK/port")
export SILENT_PORT
report 0 -e report_hosts=kept
verify all_good
# Long enough for every task of a busy machine; the one for the host that never answers takes all of it.
export ANSIBLE_TASK_TIMEOUT=30
report 2 -e report_hosts=kept -e broken=true
verify none_green_from_before
# Each alone, so that nobody is left in the play.
for host in silent undefined misspelt; do
  report 0 -e "report_hosts=$host"
  report 2 -e "report_hosts=$host" -e broken=true
  verify alone_and_broken "$host"
done
unset ANSIBLE_TASK_TIMEOUT
report 2 -e report_hosts=kpet
verify nobody_asked
playbook=$target/report_only.yml
report 2
verify nobody_asked
report 2 -e "{report_expected_hosts: [steady]}"
verify alone_and_broken steady
report 0 -e "{report_src: [$WORK/image-report-spool], report_expected_hosts: [steady]}"
verify limited
playbook=container_ops.images.report
report 0 -e report_hosts=kept --limit steady
verify limited
report 2 -e report_hosts=three --limit dead
verify all_dead

report 2 -e report_hosts=odd
verify odd_names

# Files that were copied and cut off.
: > image-report-spool/empty.jsonl
report 2 -e report_hosts=nobody -e "{report_src: [image-report-spool], report_expected_hosts: [good, empty, absent]}"
verify damaged_file
report 2 -e report_hosts=nobody -e "{report_src: [nosuch], report_expected_hosts: [good]}"
verify no_directory

# Two slices of one fleet, collected by two runs and reported on by a third.
report 2 -e report_hosts=odd -e "report_spool_dir=$WORK/slice-1"
report 0 -e report_hosts=good -e "report_spool_dir=$WORK/slice-2"
report 2 -e report_hosts=nobody -e "{report_src: [$WORK/slice-1, $WORK/slice-2]}"
verify slices_merged

ANSIBLE_SHOW_CUSTOM_STATS=1 ansible-playbook -i "$target/inventory.yml" "$target/one_play.yml" > log 2>&1 || { cat log; exit 1; }
verify one_play
verify nothing_executed
