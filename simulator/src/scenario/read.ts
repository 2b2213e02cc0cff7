/** Reads scenario files; what is wrong is told with its line. */
import { isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import type { Document } from 'yaml';
import type { z } from 'zod';
import { nearest } from '../nearest.ts';
import { LONGEST_REAL_SECONDS, MOST_PAYMENTS, scenarioShape } from './shape.ts';
import type { Scenario } from './shape.ts';

/** A scenario file is not what it must be: the message has a sentence for every mistake, at most ten. */
class ScenarioError extends Error {
  override readonly name = 'ScenarioError';
  readonly expose = true;
}

type Path = readonly PropertyKey[];
const MOST_MISTAKES = 10;

/** @throws ScenarioError */
export function readScenario(text: string, file: string): Scenario {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [broken] = document.errors;
  if (broken !== undefined) throw new ScenarioError(`${file}: ${broken.message.split('\n')[0] ?? 'is no YAML'}`);
  const parsed = scenarioShape.safeParse(document.toJS({ maxAliasCount: 100 }));
  if (!parsed.success) {
    const sentences = parsed.error.issues.flatMap((issue) => sentencesOf(issue, document, lines));
    throw new ScenarioError(
      sentences
        .slice(0, MOST_MISTAKES)
        .map((sentence) => `${file}, ${sentence}`)
        .join('\n'),
    );
  }
  const { traffic, seconds, clock } = parsed.data;
  if (seconds / clock.factor > LONGEST_REAL_SECONDS)
    throw new ScenarioError(`${file}: takes more than ${LONGEST_REAL_SECONDS} seconds of real time; give its clock a factor.`);
  const bursts = traffic.bursts.reduce((sum, burst) => sum + burst.for * burst.times, 0);
  if ((seconds + bursts) * traffic.perSecond * DAY_PEAK > MOST_PAYMENTS)
    throw new ScenarioError(`${file}: plans more than ${MOST_PAYMENTS} payments; make it shorter or its traffic less.`);
  return parsed.data;
}

/** The busiest hour of the shape "day" against the mean. */
const DAY_PEAK = 2;

function sentencesOf(issue: z.core.$ZodIssue, document: Document, lines: LineCounter): string[] {
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(issue.path);
    return issue.keys.map((key) => {
      const near = nearest(key, known);
      return `line ${lineOf([...issue.path, key], document, lines)}: "${key}" is no key here${near === undefined ? '' : `; did you mean "${near}"?`}`;
    });
  }
  if (issue.code === 'invalid_union') {
    // The alternative that came furthest says best what is meant.
    const deepest = issue.errors.toSorted((one, other) => depthOf(other) - depthOf(one))[0] ?? [];
    if (depthOf(deepest) > 0)
      return deepest.flatMap((inner) => sentencesOf({ ...inner, path: [...issue.path, ...inner.path] } as typeof issue, document, lines));
  }
  return [`line ${lineOf(issue.path, document, lines)}: ${issue.path.map(String).join('.') || 'the scenario'}: ${issue.message}`];
}

function depthOf(issues: readonly z.core.$ZodIssue[]): number {
  return Math.max(0, ...issues.map(({ path }) => path.length));
}

/** Line of the node at a path, or of the nearest one around it. For a key of a map: the line of the key. */
function lineOf(path: Path, document: Document, lines: LineCounter): number {
  for (let length = path.length; length > 0; length--) {
    const parent = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    const key = path[length - 1];
    if (isMap(parent)) {
      const pair = parent.items.find((item) => isScalar(item.key) && item.key.value === key);
      if (pair && isScalar(pair.key) && pair.key.range) return lines.linePos(pair.key.range[0]).line;
    }
    const node = document.getIn(path.slice(0, length), true);
    const range = typeof node === 'object' && node !== null && 'range' in node ? (node.range as readonly number[] | null) : null;
    if (range) return lines.linePos(range[0] ?? 0).line;
  }
  return 1;
}

/** The keys that the shape knows at a path, over all alternatives. */
function keysAt(path: Path): string[] {
  let places: unknown[] = [scenarioShape];
  for (const step of path) places = places.flatMap(inside).flatMap((shape) => child(shape, step));
  return places.flatMap(inside).flatMap((shape) => Object.keys(definitionOf(shape).shape ?? {}));
}

interface Definition {
  readonly shape?: Record<string, unknown>;
  readonly innerType?: unknown;
  readonly options?: readonly unknown[];
  readonly element?: unknown;
}

function definitionOf(shape: unknown): Definition {
  return (shape as { def?: Definition }).def ?? {};
}

/** A shape without what stands around it; of a union every alternative. */
function inside(shape: unknown): unknown[] {
  const { innerType, options } = definitionOf(shape);
  if (innerType !== undefined) return inside(innerType);
  return options === undefined ? [shape] : options.flatMap(inside);
}

function child(shape: unknown, step: PropertyKey): unknown[] {
  const { shape: fields, element } = definitionOf(shape);
  if (typeof step === 'number') return element === undefined ? [] : [element];
  const field = fields?.[String(step)];
  return field === undefined ? [] : [field];
}
