/** What the platform reads from the environment, once. Everything has a default that works on one machine. */
import { defineConfiguration } from '@nodo-aperto/kernel/configuration';
import { ROLES } from '@nodo-aperto/kernel/auth';
import { z } from 'zod';

const claimName = z.string().min(1).max(100);

const rate = (usual: string) =>
  z
    .string()
    .regex(/^[1-9]\d{0,8}$/, { error: 'expected a whole number from 1 to 999999999' })
    .default(usual)
    .transform(Number);

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
  /** A standby of that PostgreSQL: lists and what citizens ask are read from it. */
  DATABASE_REPLICA_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, { error: 'expected a URL such as postgres://user:password@host:5432/database' })
    .optional(),
  /** How long a read may wait for the standby to know what was written before; then the primary answers. */
  REPLICA_WAIT_MS: z
    .string()
    .regex(/^\d{1,5}$/, { error: 'expected a whole number of milliseconds up to 99999' })
    .default('100')
    .transform(Number),
  /** Where the embedded PostgreSQL copies its write-ahead log to; without it there is no archive. */
  WAL_ARCHIVE_FOLDER: z
    .string()
    .regex(/^\/[\w./@+-]+$/, { error: 'expected an absolute path of letters, digits and . _ / @ + - only' })
    .optional(),
  /** A NATS JetStream that carries events between services, instead of PostgreSQL; how it is written: kernel/src/jetstream/connection.ts. */
  BUS_URL: z
    .string()
    .regex(/^(nats|tls):\/\//, { error: 'expected a URL such as nats://broker:4222' })
    .optional(),
  /** Seals callers between services; the same for all services of a deployment. Kept in the data folder when not set. */
  SEALING_SECRET: z.string().min(32, { error: 'expected at least 32 characters' }).optional(),
  /** An external OpenID issuer, instead of the embedded identity provider. All three, or none. */
  NODO_OIDC_ISSUER: z.string().optional(),
  NODO_OIDC_AUDIENCE: z.string().optional(),
  NODO_OIDC_JWKS_URL: z.url({ error: 'expected the URL of a key set' }).optional(),
  /** How the external issuer names its claims; dots make a path. */
  NODO_OIDC_ROLE_CLAIM: claimName.default('role'),
  NODO_OIDC_TENANT_CLAIM: claimName.default('tenant'),
  NODO_OIDC_FISCAL_CODE_CLAIM: claimName.default('fiscal_code'),
  NODO_OIDC_NAME_CLAIM: claimName.default('name'),
  NODO_OIDC_FUNCTIONS_CLAIM: claimName.default('functions'),
  /** Its words for the roles: word=ROLE pairs separated by commas. */
  NODO_OIDC_ROLES: z
    .string()
    .regex(/^[^=,]+=(CITIZEN|EC|PSP|PARTNER|OPERATOR)(,[^=,]+=(CITIZEN|EC|PSP|PARTNER|OPERATOR))*$/, {
      error: 'expected pairs such as admin=EC,admin-psp=PSP',
    })
    .optional(),
  /** The role of who has no role claim. */
  NODO_OIDC_DEFAULT_ROLE: z.enum(ROLES, { error: `expected one of ${ROLES.join(', ')}` }).optional(),
  /** Address of the embedded identity provider as clients see it, when it is not the platform's own with /identity. */
  NODO_IDENTITY_URL: z
    .url({ protocol: /^https?$/, error: 'expected a URL such as https://nodo.example.it/identity' })
    .refine((url) => /^\/\w/.test(new URL(url).pathname) && !url.endsWith('/') && !/[?#]/.test(url), {
      error: 'expected a URL with a path and without a slash at its end, such as https://nodo.example.it/identity',
    })
    .optional(),
  /** Further addresses to which the portal's login may lead back, separated by commas. */
  NODO_PORTAL_REDIRECT_URIS: z
    .string()
    .default('')
    .transform((text) => text.split(',').filter((each) => each !== ''))
    .pipe(z.array(z.url({ protocol: /^https?$/, error: 'expected URLs separated by commas' })).max(20)),
  /** Whether test identities can be chosen at login; by default everywhere but in production. */
  NODO_TEST_IDENTITIES: z
    .enum(['true', 'false'], { error: 'expected true or false' })
    .optional()
    .transform((text) => (text === undefined ? undefined : text === 'true')),
  /** PEM files for calls to creditors' stations over TLS: authorities to trust in place of the system's, and the platform's own certificate. */
  STATION_CA_FILE: z.string().optional(),
  STATION_CERTIFICATE_FILE: z.string().optional(),
  STATION_KEY_FILE: z.string().optional(),
  /** A JSON file with the registry that institutions are checked against, in place of the embedded sample. */
  NODO_INSTITUTION_REGISTRY_FILE: z.string().optional(),
  /** A PEM file with the authorities whose signatures under contracts are believed. */
  NODO_CONTRACT_ANCHORS_FILE: z.string().optional(),
  /** Days in which a request of an institution is to be completed. */
  NODO_ONBOARDING_DAYS: z
    .string()
    .regex(/^[1-9]\d{0,2}$/, { error: 'expected a whole number of days from 1 to 999' })
    .default('30')
    .transform(Number),
  /** Years that receipts and reporting flows are kept before they are removed: at least the ten of the law. */
  YEARS_KEPT: z
    .string()
    .regex(/^[1-9]\d$/, { error: 'expected a whole number of years from 10 to 99' })
    .default('10')
    .transform(Number),
  /** Where subgraphs are, when not at the URLs of the supergraph: name=url pairs separated by commas. */
  SUBGRAPH_URLS: z
    .string()
    .regex(/^[a-z]+=https?:\/\/[^,]+(,[a-z]+=https?:\/\/[^,]+)*$/, {
      error: 'expected pairs such as payments=http://payments:4003/graphql',
    })
    .optional(),
  /** What one tenant may ask of a gateway in a second: requests, and objects (values of answers, items of requests). */
  RATE_REQUESTS_PER_SECOND: rate('2000'),
  RATE_OBJECTS_PER_SECOND: rate('100000'),
  /** What the wire primitives take in a second: of one party, and of one address; and connections from one address. */
  EDGE_CALLS_PER_SECOND: rate('2000'),
  EDGE_CALLS_PER_SECOND_OF_ADDRESS: rate('5000'),
  CONNECTIONS_OF_ADDRESS: rate('10000'),
  /** Addresses and networks of proxies whose word for the caller's address is taken, separated by commas. */
  TRUSTED_PROXIES: z
    .string()
    .default('')
    .transform((text) => text.split(',').filter((each) => each !== ''))
    .pipe(
      z
        .array(
          z
            .string()
            .regex(/^[0-9a-fA-F.:]+(\/\d{1,3})?$/, { error: 'expected addresses or networks such as 10.0.0.0/8, separated by commas' }),
        )
        .max(50),
    ),
  /** Origins of other sites whose pages may use the graph, separated by commas; none by default. */
  ALLOWED_ORIGINS: z
    .string()
    .default('')
    .transform((text) => text.split(',').filter((each) => each !== ''))
    .pipe(
      z
        .array(
          z.string().refine((text) => URL.canParse(text) && /^https?:/.test(text) && new URL(text).origin === text, {
            error: 'expected origins such as https://portal.example.it, without a path, separated by commas',
          }),
        )
        .max(50),
    ),
  /** Whether the gateway answers persisted documents (schema/operations) only. */
  PERSISTED_DOCUMENTS_ONLY: z.enum(['true', 'false'], { error: 'expected true or false' }).default('false'),
});

export type Environment = Readonly<z.output<typeof schema>> & { readonly NODO_TEST_IDENTITIES: boolean };

/** @throws ConfigurationError naming every bad variable */
export function readEnvironment(variables: Readonly<Record<string, string | undefined>>): Environment {
  // An empty variable is how shells and compose files say "not set".
  const set = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  const environment = defineConfiguration(schema, set);
  return { ...environment, NODO_TEST_IDENTITIES: environment.NODO_TEST_IDENTITIES ?? environment.NODE_ENV !== 'production' };
}
