export type Target = { max: number } | { min: number };

/**
 * What each bench must reach, copied from the issues; changing one needs a decision record in docs/decisions/.
 * A figure without a target is reported for its own sake. One with a target that was not measured counts as missed.
 */
export const targets: Record<string, Record<string, Target>> = {
  intake: {
    smtp_waiting_cpu_ms: { max: 3 },
    smtp_waiting_per_second: { min: 500 },
    smtp_single_cpu_ms: { max: 5 },
    imap_waiting_cpu_ms: { max: 3 },
    imap_waiting_per_second: { min: 500 },
    imap_single_cpu_ms: { max: 5 },
    intake_verified_cpu_ms: { max: 7 },
    intake_host_checked_cpu_ms: { max: 3 },
    smtp_waiting_cpu_ms_at_100k: { max: 3 },
    smtp_waiting_per_second_at_100k: { min: 500 },
    smtp_single_cpu_ms_at_100k: { max: 5 },
    imap_waiting_cpu_ms_at_100k: { max: 3 },
    imap_waiting_per_second_at_100k: { min: 500 },
    imap_single_cpu_ms_at_100k: { max: 5 },
    intake_verified_cpu_ms_at_100k: { max: 7 },
    intake_host_checked_cpu_ms_at_100k: { max: 3 },
  },
  import: {},
  inbox: { cpu_ms_1: { max: 3 }, cpu_ms_8: { max: 3 }, p95_ms_1: { max: 20 } },
  open: { cpu_ms_1: { max: 2 }, cpu_ms_8: { max: 2 }, p95_ms_1: { max: 20 } },
  reply: { cpu_ms_1: { max: 4 }, cpu_ms_8: { max: 4 }, p95_ms_1: { max: 20 } },
  search: { worst_cpu_ms_1: { max: 15 }, worst_cpu_ms_8: { max: 15 } },
  hours: {
    open_per_second: { min: 100_000 },
    next_per_second: { min: 100_000 },
    add_per_second: { min: 100_000 },
    between_per_second: { min: 100_000 },
  },
  start: { second_start_ms: { max: 3000 } },
  memory: { idle_pss_mb: { max: 250 } },
  mail: {
    mime_percent: { min: 97 },
    reply_percent: { min: 88 },
    classify_percent: { min: 97 },
    html_percent: { min: 100 },
    matrix_percent: { min: 95 },
    matrix_apart_percent: { min: 95 },
    arc_percent: { min: 98 },
    spf_percent: { min: 98 },
    spam_precision_percent: { min: 99 },
    spam_recall_percent: { min: 90 },
    spam_cpu_ms: { max: 0.15 },
    crashes: { max: 0 },
    slowest_ms: { max: 1000 },
  },
  app: {
    open_cached_ms_p75: { max: 50 },
    open_cold_ms_p75: { max: 150 },
    switch_cached_ms_p75: { max: 50 },
    switch_cold_ms_p75: { max: 200 },
    palette_ms_p75: { max: 30 },
    keystroke_ms_p75: { max: 16 },
    colleague_ms_p75: { max: 300 },
    start_warm_ms_p75: { max: 800 },
    longest_task_ms: { max: 100 },
    blank_px: { max: 0 },
  },
  thread: {
    longest_task_ms: { max: 100 },
    heap_growth_mb: { max: 8 },
  },
  sizes: {
    shell_js_kb: { max: 230 },
    shell_css_kb: { max: 25 },
    editor_kb: { max: 135 },
    largest_route_kb: { max: 60 },
    sdk_kb: { max: 8 },
    form_line_kb: { max: 1 },
    form_kb: { max: 8 },
    chat_package_kb: { max: 1.2 },
    chat_react_kb: { max: 1.5 },
  },
  million: {
    inbox_times: { max: 2 },
    open_times: { max: 2 },
    reply_times: { max: 2 },
    search_times: { max: 2 },
    intake_times: { max: 1.2 },
  },
  fleet: {
    frame_ms_p95: { max: 100 },
    taken_over_s: { max: 30 },
    lost: { max: 0 },
    doubled: { max: 0 },
  },
  backup: { backup_minutes: { max: 10 }, api_p95_times: { max: 2 }, restore_minutes: { max: 20 } },
  chat: {
    loader_kb: { max: 4 },
    all_kb: { max: 25 },
    usable_ms: { max: 300 },
    longest_task_ms: { max: 50 },
    idle_visitor_kb: { max: 12 },
    across_times_p99: { max: 3 },
  },
  widget: { loader_kb: { max: 4 }, all_kb: { max: 25 }, usable_ms: { max: 300 }, longest_task_ms: { max: 50 } },
  mood: { macro_f1: { min: 0.58 }, cpu_ms: { max: 3 } },
  loop: {
    found_of_20: { min: 18 },
    false_of_20: { max: 1 },
    covered_percent: { min: 80 },
    found_wide_in_52_weeks_of_20: { min: 18 },
    false_in_52_weeks_of_20: { max: 1 },
    trapped: { max: 0 },
    clusters_s: { max: 60 },
    questions_s: { max: 60 },
    rising_minutes: { max: 2 },
    rising_false_a_year: { max: 2 },
  },
};

export function missedOf(name: string, figures: Record<string, number>): string[] {
  return Object.entries(targets[name] ?? {})
    .filter(([figure, target]) => {
      const measured = figures[figure];
      if (measured === undefined || Number.isNaN(measured)) return true;
      return 'max' in target ? measured > target.max : measured < target.min;
    })
    .map(([figure]) => figure);
}
