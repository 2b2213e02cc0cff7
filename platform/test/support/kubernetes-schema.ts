/** Holds Kubernetes objects against the schemas of their kinds. */

export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  // oxlint-disable-next-line typescript/no-explicit-any -- the shapes are what is tested
  readonly spec: any;
  readonly data?: Readonly<Record<string, string>>;
}

interface Validator {
  (object: object): boolean;
  readonly errors:
    | readonly { readonly instancePath: string; readonly message?: string; readonly keyword: string; readonly params: object }[]
    | null;
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** The validator of a kind; kinds without a group are the core's. */
async function validatorOf({ apiVersion, kind }: KubernetesObject): Promise<Validator> {
  const [version = '', group = 'core'] = apiVersion.split('/').toReversed();
  const name = `IoK8sApi${capital(group.split('.')[0] ?? '')}${capital(version)}${kind}`;
  return ((await import(`kubernetes-models/_schemas/${name}`)) as { validate: Validator }).validate;
}

/**
 * What is wrong with an object, one sentence each: fields that miss or have another type, and fields that its kind does not have, which a cluster
 * would drop without a word. A validator looks at every field that its schema names, so that a field nobody looked at is unknown.
 * @throws Error when there is no such kind in the version
 */
export async function schemaErrors(object: KubernetesObject): Promise<string[]> {
  const validate = await validatorOf(object);
  const unread = new Set<string>();
  const whole = `${object.kind} ${object.metadata.name}`;
  if (!validate(watched(object, whole, unread) as object))
    return (validate.errors ?? []).map(
      ({ instancePath, keyword, params, message }) => `${whole}${instancePath}: ${message ?? `${keyword} ${JSON.stringify(params)}`}`,
    );
  return [...unread].map((path) => `${path} is not a field of its kind.`);
}

/** The same value; a field that is read goes out of `unread`. */
function watched(value: unknown, path: string, unread: Set<string>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item, index) => watched(item, `${path}[${index}]`, unread));
  const fields = new Map(Object.entries(value).map(([name, field]) => [name, watched(field, `${path}.${name}`, unread)]));
  for (const name of fields.keys()) unread.add(`${path}.${name}`);
  return new Proxy(Object.fromEntries(fields), {
    get(target, name) {
      unread.delete(`${path}.${String(name)}`);
      return Reflect.get(target, name);
    },
  });
}
