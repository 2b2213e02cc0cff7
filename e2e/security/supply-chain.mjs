// The bill of materials of the project's packages (CycloneDX) and what the registry knows against them. Needs no package itself.
//
//   node e2e/security/supply-chain.mjs
//
// Writes reports/sbom.json. Ends with 1 when the registry knows a vulnerability of high or critical severity in a package that runs in
// production; where the registry has no audit service, or cannot be reached, that is said and nothing is decided.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const npm = (...words) =>
  spawnSync('npm', words, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    timeout: 120_000,
    shell: process.platform === 'win32',
  });

const listed = npm('sbom', '--sbom-format', 'cyclonedx', '--package-lock-only');
if (listed.status === 0) {
  const { components = [] } = JSON.parse(listed.stdout);
  mkdirSync(`${root}reports`, { recursive: true });
  writeFileSync(`${root}reports/sbom.json`, listed.stdout);
  process.stdout.write(`Bill of materials: ${components.length} packages, reports/sbom.json.\n`);
} else {
  process.stdout.write(`SKIPPED: this npm made no bill of materials (${firstLine(listed.stderr)}).\n`);
}

const audited = npm('audit', '--omit=dev', '--json');
const report = parsed(audited.stdout);
const found = report?.metadata?.vulnerabilities;
if (!found) {
  process.stdout.write(`SKIPPED: the registry told nothing of vulnerabilities (${report?.message ?? firstLine(audited.stderr)}).\n`);
} else {
  const { critical = 0, high = 0, moderate = 0, low = 0 } = found;
  process.stdout.write(`Known vulnerabilities in production: ${critical} critical, ${high} high, ${moderate} moderate, ${low} low.\n`);
  for (const [name, { severity, range }] of Object.entries(report.vulnerabilities ?? {}))
    process.stdout.write(`  ${severity}: ${name} ${range}\n`);
  process.exitCode = critical + high > 0 ? 1 : 0;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function firstLine(text) {
  return (text ?? '').split('\n')[0] || 'no answer';
}
