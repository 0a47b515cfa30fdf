#!/usr/bin/env node
// The executable: starts the bundled CLI, or says why it cannot.
import module from 'node:module';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`mcpgen needs Node 20.19 or newer, this is ${process.versions.node}`);
  process.exit(1);
}
// Compiled code is kept for the next start where Node can do that (22.8 and newer).
module.enableCompileCache?.();
try {
  await import('../.build/cli.mjs');
} catch (error) {
  if (error?.code !== 'ERR_MODULE_NOT_FOUND' || !String(error.message).includes('.build')) throw error;
  console.error('mcpgen is not built yet: run `npm run prepare` in its folder');
  process.exit(1);
}
