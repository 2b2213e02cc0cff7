/** The report as JUnit XML: a suite with one case for each invariant and expectation. */
import { holds, replayLine } from './report.ts';
import type { JudgedExpectation, RunReport } from './report.ts';

export function junitOf(report: RunReport): string {
  const { scenario, invariants, expectations, seconds, startedAt } = report;
  const cases = [
    ...invariants.map(({ name, violations }) =>
      caseOf(
        'invariants',
        name,
        violations.map(({ what, story }) => [what, ...story].join('\n')),
      ),
    ),
    ...expectations.map((each) => caseOf('expectations', sentenceOf(each), each.holds ? [] : [`It is ${each.value}.`])),
    ...(report.interrupted ? [caseOf('run', 'was not broken off', ['It was broken off before its end.'])] : []),
  ];
  const failures = cases.filter((each) => each.includes('<failure')).length;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="simulate" tests="${cases.length}" failures="${failures}" time="${seconds}">`,
    `  <testsuite name="${escapeXml(scenario.name)}" tests="${cases.length}" failures="${failures}" time="${seconds}" timestamp="${startedAt}">`,
    `    <properties><property name="seed" value="${escapeXml(String(report.seed))}"/><property name="planDigest" value="${report.planDigest}"/></properties>`,
    ...cases,
    ...(holds(report) ? [] : [`    <system-out>${escapeXml(replayLine(report))}</system-out>`]),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

/** "standInShare of harmed is at least 0.5". */
export function sentenceOf({ figure, of, atLeast, atMost }: JudgedExpectation): string {
  const bounds = [atLeast === undefined ? [] : `at least ${atLeast}`, atMost === undefined ? [] : `at most ${atMost}`].flat();
  return `${figure} of ${of} is ${bounds.join(' and ')}`;
}

function caseOf(group: string, name: string, failures: readonly string[]): string {
  const head = `    <testcase classname="${group}" name="${escapeXml(name)}"`;
  if (failures.length === 0) return `${head}/>`;
  return `${head}><failure message="${escapeXml(failures[0]?.split('\n')[0] ?? '')}">${escapeXml(failures.join('\n\n'))}</failure></testcase>`;
}

/** Also right in HTML. */
export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
