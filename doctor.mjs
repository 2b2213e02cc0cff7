// Says what this machine has and lacks for working on the project. Uses nothing but Node itself, so that it also runs where nothing is installed.
import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { createServer } from 'node:net';
import { availableParallelism, totalmem } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(fileURLToPath(import.meta.url));
const GIBIBYTE = 2 ** 30;
const NEEDED_NODE = 20;
const NEEDED_DISK = 4;
const NEEDED_MEMORY = 4;
const PORT = 4000;

/** What some tests or commands use, and what happens without it. */
const PROGRAMS = [
  [['chromium', 'chromium-browser', 'google-chrome'], 'tests in a browser are skipped; apt-get install chromium'],
  [['zbarimg'], 'QR codes are not read back by tests; apt-get install zbar-tools'],
  [['dmtxread'], 'Data Matrix symbols are not read back by tests; apt-get install dmtx-utils'],
  [['pdftotext'], 'the text of PDFs is not read back by tests; apt-get install poppler-utils'],
  [['k6'], 'no load tests; npm run loadtest -- --install builds it where there is Go'],
  [['nats-server'], 'the tests of the JetStream bus are skipped; .ci/run shows how it is built where there is Go'],
  [['go'], 'k6 and nats-server cannot be built here'],
  [['kubectl'], 'the Kubernetes base is not rendered by tests'],
  [['docker', 'podman'], 'npm run test:containers and docker-compose.yml cannot be used'],
];

let lacking = 0;
const say = (mark, text) => process.stdout.write(`${mark}  ${text}\n`);
function must(holds, what, remedy) {
  if (!holds) lacking += 1;
  say(holds ? 'ok     ' : 'MISSING', holds ? what : `${what}: ${remedy}`);
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function find(names) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), join(root, '.tools', 'bin')];
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find(isExecutable);
}

function portFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host: '127.0.0.1', port }, () => server.close(() => resolve(true)));
  });
}

const major = Number(process.versions.node.split('.')[0]);
must(major >= NEEDED_NODE, `Node ${process.versions.node}`, `version ${NEEDED_NODE} or newer is needed (24 comes with the packages)`);
must(
  ['linux-x64', 'linux-arm64', 'win32-x64', 'darwin-arm64', 'darwin-x64'].includes(`${process.platform}-${process.arch}`) ||
    process.env.DATABASE_URL,
  `PostgreSQL for ${process.platform}-${process.arch}`,
  'there is no embedded one: set DATABASE_URL',
);
const { bavail, bsize } = statfsSync(root);
const disk = (bavail * bsize) / GIBIBYTE;
must(disk >= NEEDED_DISK, `${disk.toFixed(0)} GiB of disk`, `${NEEDED_DISK} are needed for packages, data and builds`);
const memory = totalmem() / GIBIBYTE;
must(
  memory >= NEEDED_MEMORY,
  `${memory.toFixed(0)} GiB of memory, ${availableParallelism()} processors`,
  `${NEEDED_MEMORY} GiB are needed for the tests`,
);
say(existsSync(join(root, 'node_modules', '.nodo-aperto-installed')) ? 'ok     ' : 'later  ', 'packages (the first command installs them)');
say((await portFree(PORT)) ? 'ok     ' : 'taken  ', `port ${PORT} (npm start -- --port N takes another)`);
for (const [names, without] of PROGRAMS) {
  const found = find(names);
  say(found ? 'ok     ' : 'absent ', found ? names[0] : `${names[0]}: ${without}`);
}
process.stdout.write(lacking === 0 ? '\nThe project can be run and tested here.\n' : `\n${lacking} of what is needed is missing.\n`);
process.exitCode = lacking === 0 ? 0 : 1;
