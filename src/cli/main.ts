#!/usr/bin/env node
// What `npx signalbox` runs.
import { runCli } from './cli.ts';
import { processIo } from './process-io.ts';

void runCli(process.argv.slice(2), processIo()).then((status) => {
  process.exitCode = status;
});
