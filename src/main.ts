import { main } from './cli.ts';

process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));
// A reader that has seen enough (`mcpgen list … | head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (error instanceof Error && 'syscall' in error) process.stderr.write(`mcpgen: ${error.message}\n`);
  else {
    const report = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`mcpgen: this is a bug of mcpgen; please report it with the spec\n${report}\n`);
  }
  process.exitCode = 1;
}
