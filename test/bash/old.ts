import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Recorder } from '../wrapper/support.ts';

/** A folder for the head of PATH, with a `curl` that sends every request in the clear to a recorder, which stands there as a proxy. */
export function curlTo(recorder: Recorder): string {
  const bin = mkdtempSync(join(tmpdir(), 'mcpgen-old-'));
  const real = execFileSync('bash', ['-c', 'command -v curl'], { encoding: 'utf8' }).trim();
  const fake = `#!/bin/bash
args=()
for word in "$@"; do
  case $word in https://*) word=http://\${word#https://} ;; esac
  args+=("$word")
done
exec ${real} --proxy ${recorder.url} "\${args[@]}"
`;
  writeFileSync(join(bin, 'curl'), fake, { mode: 0o755 });
  return bin;
}
