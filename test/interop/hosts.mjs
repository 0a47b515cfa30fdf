// Given to Node by --import: lets a program reach the addresses that emitted files name (`http://linear:8080/mcp`) on this machine,
// so that the files are used byte for byte as they are. HOSTS is `linear:8080=127.0.0.1:40001,…`.
import net from 'node:net';

const hosts = new Map(
  (process.env.HOSTS ?? '')
    .split(',')
    .filter(Boolean)
    .map((entry) => entry.split('=')),
);
const { connect } = net.Socket.prototype;

net.Socket.prototype.connect = function (...args) {
  // Node's own callers pass the arguments in the normalized form, as one array.
  const [first] = args;
  const options = Array.isArray(first) ? first[0] : first;
  const target = hosts.get(`${options?.host}:${options?.port}`);
  if (target !== undefined) {
    const [host, port] = target.split(':');
    Object.assign(options, { host, port: Number(port) });
  }
  return connect.apply(this, args);
};
