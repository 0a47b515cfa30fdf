// Loaded into every node process of a build (NODE_OPTIONS=--require): writes down how much memory it took and every connection that it tried to open.
const { appendFileSync } = require('node:fs');
const { Socket } = require('node:net');

const file = process.env.MCPGEN_WATCH_FILE;
const note = (what) => file && appendFileSync(file, `${JSON.stringify(what)}\n`);
const { connect } = Socket.prototype;
Socket.prototype.connect = function (...args) {
  const [options] = Array.isArray(args[0]) ? args[0] : args;
  note({
    connect:
      typeof options === 'object' ? { host: options.host, port: options.port, path: options.path } : options,
  });
  return connect.apply(this, args);
};
process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  note({ megabytes: maxRSS / 1024, seconds: (userCPUTime + systemCPUTime) / 1e6 });
});
