import type { Outcome } from './result.ts';

const bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

interface Histogram {
  readonly buckets: number[];
  count: number;
  sum: number;
}

/** Counts calls, and prints them in the text format of Prometheus. Labels are tool names and outcomes alone. */
export function createMetrics() {
  const calls = new Map<string, number>();
  const times = new Map<string, Histogram>();
  const refusals = new Map<number, number>();
  let inFlight = 0;

  return {
    started() {
      inFlight += 1;
    },
    finished(tool: string, outcome: Outcome, seconds: number) {
      inFlight -= 1;
      const labels = `tool="${tool}",outcome="${outcome}"`;
      calls.set(labels, (calls.get(labels) ?? 0) + 1);
      let histogram = times.get(tool);
      if (histogram === undefined) {
        histogram = { buckets: bounds.map(() => 0), count: 0, sum: 0 };
        times.set(tool, histogram);
      }
      const index = bounds.findIndex((bound) => seconds <= bound);
      if (index >= 0) histogram.buckets[index] = (histogram.buckets[index] ?? 0) + 1;
      histogram.count += 1;
      histogram.sum += seconds;
    },
    refused(status: number) {
      refusals.set(status, (refusals.get(status) ?? 0) + 1);
    },
    inFlight: () => inFlight,
    text(): string {
      const lines = ['# HELP mcp_tool_calls_total Calls of tools.', '# TYPE mcp_tool_calls_total counter'];
      for (const [labels, count] of calls) lines.push(`mcp_tool_calls_total{${labels}} ${count}`);
      lines.push('# HELP mcp_tool_call_seconds Time of a call.', '# TYPE mcp_tool_call_seconds histogram');
      for (const [tool, histogram] of times) {
        let below = 0;
        bounds.forEach((bound, index) => {
          below += histogram.buckets[index] ?? 0;
          lines.push(`mcp_tool_call_seconds_bucket{tool="${tool}",le="${bound}"} ${below}`);
        });
        lines.push(`mcp_tool_call_seconds_bucket{tool="${tool}",le="+Inf"} ${histogram.count}`);
        lines.push(`mcp_tool_call_seconds_sum{tool="${tool}"} ${histogram.sum}`);
        lines.push(`mcp_tool_call_seconds_count{tool="${tool}"} ${histogram.count}`);
      }
      lines.push(
        '# HELP mcp_requests_refused_total Requests turned away.',
        '# TYPE mcp_requests_refused_total counter',
      );
      for (const [status, count] of refusals)
        lines.push(`mcp_requests_refused_total{status="${status}"} ${count}`);
      lines.push('# HELP mcp_calls_in_flight Calls that are running.', '# TYPE mcp_calls_in_flight gauge');
      lines.push(`mcp_calls_in_flight ${inFlight}`);
      lines.push(
        '# HELP process_resident_memory_bytes Memory.',
        '# TYPE process_resident_memory_bytes gauge',
      );
      lines.push(`process_resident_memory_bytes ${process.memoryUsage.rss()}`, '');
      return lines.join('\n');
    },
  };
}

export type Metrics = ReturnType<typeof createMetrics>;
