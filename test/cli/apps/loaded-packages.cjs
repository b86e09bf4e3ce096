// Preloaded: at the end, writes the packages that were loaded to stderr.
process.on('exit', () => {
  const loaded = Object.keys(require.cache).flatMap((file) => {
    const match = /node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(file);
    return match ? [match[1]] : [];
  });
  process.stderr.write(`loaded: ${[...new Set(loaded)].sort().join(' ')}\n`);
});
