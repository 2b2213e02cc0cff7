/** What the platform reads from the environment, once. Everything has a default that works on one machine. */
import { defineConfiguration } from '@nodo-aperto/kernel/configuration';
import { z } from 'zod';

const schema = z.object({
  NODE_ENV: z.enum(['development', 'production', 'test'], { error: 'expected development, production or test' }).default('development'),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], { error: 'expected a level such as info or warn' })
    .default('warn'),
  /** A PostgreSQL to use instead of the embedded one. */
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, { error: 'expected a URL such as postgres://user:password@host:5432/database' })
    .optional(),
  /** Seals callers between services; the same for all services of a deployment. Kept in the data folder when not set. */
  SEALING_SECRET: z.string().min(32, { error: 'expected at least 32 characters' }).optional(),
  /** An external issuer of access tokens, instead of the embedded one. All three, or none. */
  TOKEN_ISSUER: z.string().optional(),
  TOKEN_AUDIENCE: z.string().optional(),
  TOKEN_JWKS_URL: z.url({ error: 'expected the URL of a key set' }).optional(),
  /** Where subgraphs are, when not at the URLs of the supergraph: name=url pairs separated by commas. */
  SUBGRAPH_URLS: z
    .string()
    .regex(/^[a-z]+=https?:\/\/[^,]+(,[a-z]+=https?:\/\/[^,]+)*$/, {
      error: 'expected pairs such as payments=http://payments:4003/graphql',
    })
    .optional(),
  /** Whether the gateway answers persisted documents (schema/operations) only. */
  PERSISTED_DOCUMENTS_ONLY: z.enum(['true', 'false'], { error: 'expected true or false' }).default('false'),
});

export type Environment = Readonly<z.output<typeof schema>>;

/** @throws ConfigurationError naming every bad variable */
export function readEnvironment(variables: Readonly<Record<string, string | undefined>>): Environment {
  // An empty variable is how shells and compose files say "not set".
  const set = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  return defineConfiguration(schema, set);
}
