// Put in front of a platform whose memory is measured: on SIGUSR2 it collects all garbage and writes what is left into a file.
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');
process.on('SIGUSR2', () => {
  for (let count = 0; count < 2; count += 1) collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  const { rss: resident, heapUsed: heap } = process.memoryUsage();
  const file = join(process.env['COLLECT_INTO'] ?? '.', `${process.pid}.json`);
  writeFileSync(`${file}.draft`, JSON.stringify({ resident, heap }));
  renameSync(`${file}.draft`, file);
});
