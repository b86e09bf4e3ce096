// Preloaded: a DNS server that does not know the backend for a while, and then finds it here.
const dns = require('node:dns');

const known = performance.now() + Number(process.env.FAULT_DNS_AFTER);
const real = dns.lookup;
const unknown = (host) =>
  Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND', syscall: 'getaddrinfo' });

dns.lookup = (host, ...rest) => {
  if (host !== 'backend.example') return real(host, ...rest);
  if (performance.now() > known) return real('127.0.0.1', ...rest);
  process.nextTick(rest.at(-1), unknown(host));
};
const promised = dns.promises.lookup;
dns.promises.lookup = async (host, ...rest) => {
  if (host !== 'backend.example') return promised(host, ...rest);
  if (performance.now() > known) return promised('127.0.0.1', ...rest);
  throw unknown(host);
};
