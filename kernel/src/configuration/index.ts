/** Configuration parsed once, at the composition root, from environment variables and flags; everything else receives plain objects. */
import type { ZodObject, ZodRawShape, z } from 'zod';

/** Thrown when a variable is missing or has a value of the wrong form; the message names every bad variable in one sentence. */
export class ConfigurationError extends Error {
  readonly expose = true;
  override readonly name = 'ConfigurationError';
}

/**
 * Parses the variables a service needs.
 *
 * @param schema one zod object whose keys are the variable names
 * @param environment usually `process.env`
 * @returns a frozen object
 * @throws ConfigurationError naming every bad variable, what was found and what was expected. Values of variables whose name speaks of a
 *   secret are never repeated.
 */
export function defineConfiguration<Shape extends ZodRawShape>(
  schema: ZodObject<Shape>,
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<z.output<ZodObject<Shape>>> {
  const result = schema.safeParse(environment);
  if (result.success) return Object.freeze(result.data);
  const sentences = result.error.issues.map((issue) => {
    const variable = issue.path.join('.');
    const found = environment[variable];
    const shown = found === undefined ? 'it is not set' : isSecretName(variable) ? 'its value is not valid' : `it is "${found}"`;
    return `${variable}: ${shown}; ${issue.message}`;
  });
  throw new ConfigurationError(`The configuration is not valid. ${sentences.join('. ')}.`);
}

/** Whether a variable's value must not be shown. */
function isSecretName(variable: string): boolean {
  return /SECRET|PASSWORD|TOKEN|KEY|DATABASE_URL/i.test(variable);
}
