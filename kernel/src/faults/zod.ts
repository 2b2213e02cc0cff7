import { z } from 'zod';
import { InputError } from './errors.ts';
import type { InputIssue } from './errors.ts';
import type { Parsed } from './parsed.ts';

type Issue = z.core.$ZodIssue;

/** What zod says of a refinement that says nothing itself. */
const UNTOLD = 'Invalid input';
/** Types in the words of who fills in a form, not of who wrote the schema. */
const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  boolean: 'true or false',
  number: 'a number',
  int: 'a whole number',
  object: 'an object of named fields',
  record: 'an object of named fields',
  array: 'a list',
};

const LONGEST_TEXT = 200;
const cut = (text: string): string => (text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text);

/** The errors of a zod schema as an input error, one issue per place, paths written `payments[2].amount`. */
export function fromZod(error: z.core.$ZodError): InputError {
  return new InputError(error.issues.map(issueOf));
}

/** A zod schema of a parse function: gives its canonical value, or an issue that says what was expected. */
export function zodOf<T>(parse: (value: unknown) => Parsed<T>): z.ZodType<T> {
  return z.unknown().transform((value, context) => {
    const parsed = parse(value);
    if (parsed.ok) return parsed.value;
    context.addIssue({
      code: 'custom',
      message: value === undefined ? 'is missing' : 'is not valid',
      params: { expected: parsed.expected },
    });
    return z.NEVER;
  });
}

function issueOf(issue: Issue): InputIssue {
  const expected = expectedBy(issue);
  return { path: pathText(issue.path), message: messageOf(issue), ...(expected !== undefined && { expected: cut(expected) }) };
}

function pathText(path: readonly PropertyKey[]): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else text += text === '' ? String(step) : `.${String(step)}`;
  }
  return cut(text);
}

function messageOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      // Zod keeps the input out of its issues; its own sentence is the only trace of an absent field.
      if (issue.message.endsWith('received undefined')) return 'is missing';
      return issue.path.length === 0 ? 'the whole is of the wrong type' : 'is of the wrong type';
    case 'too_small':
      return 'is too small or too short';
    case 'too_big':
      return 'is too big or too long';
    case 'unrecognized_keys':
      return cut(`has fields that do not belong here: ${issue.keys.join(', ')}`);
    case 'custom':
      return issue.message === UNTOLD ? 'is not valid' : cut(issue.message);
    default:
      return 'is not valid';
  }
}

/** What would have been right, in a few words; undefined where the schema does not say. */
function expectedBy(issue: Issue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return TYPES[issue.expected] ?? issue.expected;
    case 'too_small':
      return `${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}${unitOf(issue.origin)}`;
    case 'too_big':
      return `${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}${unitOf(issue.origin)}`;
    case 'not_multiple_of':
      return `a multiple of ${issue.divisor}`;
    case 'invalid_value':
      return `one of ${issue.values.map(String).join(', ')}`;
    case 'invalid_format':
      return issue.format === 'regex' && issue.pattern !== undefined ? `text that matches ${issue.pattern}` : issue.format;
    case 'invalid_union':
      return (
        issue.errors
          .flatMap((branch) => branch.map(expectedBy))
          .filter((text) => text !== undefined)
          .join(' or ') || undefined
      );
    case 'custom':
      return typeof issue.params?.['expected'] === 'string' ? issue.params['expected'] : undefined;
    default:
      return undefined;
  }
}

function unitOf(origin: string): string {
  if (origin === 'string') return ' characters';
  return origin === 'array' || origin === 'set' || origin === 'map' ? ' elements' : '';
}
