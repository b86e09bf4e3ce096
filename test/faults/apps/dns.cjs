// Preloaded: a DNS server that has the address of the backend from a file, and does not know it while
// that is empty. FAULT_DNS names the file.
const dns = require('node:dns');
const { readFileSync } = require('node:fs');

const NAME = 'backend.example';
const address = () => readFileSync(process.env.FAULT_DNS, 'utf8');
const unknown = () =>
  Object.assign(new Error(`getaddrinfo ENOTFOUND ${NAME}`), { code: 'ENOTFOUND', syscall: 'getaddrinfo' });

const real = dns.lookup;
dns.lookup = (host, ...rest) => {
  const found = host === NAME ? address() : host;
  if (found !== '') return real(found, ...rest);
  process.nextTick(rest.at(-1), unknown());
};
const promised = dns.promises.lookup;
dns.promises.lookup = async (host, ...rest) => {
  const found = host === NAME ? address() : host;
  if (found === '') throw unknown();
  return promised(found, ...rest);
};
