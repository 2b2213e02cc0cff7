/** What is deployed agrees with what the platform is: its services, ports, environment, metrics and paths. No engine is needed. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { createMetrics } from '@nodo-aperto/kernel/metrics';
import { readEnvironment } from '../src/environment.ts';
import { SUBGRAPH_PORTS, SUBGRAPHS } from '../src/subgraphs.ts';
import { type KubernetesObject, schemaErrors } from './support/kubernetes-schema.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string): string => readFileSync(`${ROOT}${path}`, 'utf8');

interface ComposeService {
  image?: string;
  command?: string[];
  environment?: Record<string, string>;
  depends_on?: Record<string, unknown> | string[];
  volumes?: string[];
  ports?: string[];
  healthcheck?: object;
  deploy?: { resources: { limits: { cpus: string; memory: string } } };
  restart?: string;
  user?: string;
  build?: { context: string; target: string };
  cap_drop?: string[];
  read_only?: boolean;
  entrypoint?: string[];
}
const compose = parse(read('docker-compose.yml'), { merge: true }) as {
  services: Record<string, ComposeService>;
  volumes: Record<string, unknown>;
};
const NAMES = SUBGRAPHS.map(({ name }) => name as string);
const example = new Map(
  read('deploy/environment.example')
    .split('\n')
    .filter((line) => /^[A-Z]/.test(line))
    .map((line) => line.split('=', 2) as [string, string]),
);
const SECRET = 'a secret of the test with forty characters';
/** What compose would put in: the example's value, a secret where it has none, or the default. */
const filled = (text: string): string =>
  text.replaceAll(
    /\$\{([A-Z_]+)(?::-([^}]*)|:\?[^}]*)?\}/g,
    (_whole, name: string, usual?: string) => example.get(name) || usual || encodeURIComponent(SECRET),
  );

/** The metrics that the code makes, by their names. */
const metrics = new Set(
  globSync('{kernel,gateway,subgraphs/*}/src/**/*.ts', { cwd: ROOT })
    .filter((file) => !file.endsWith('.test.ts'))
    .flatMap((file) => [...read(file).matchAll(/\.(counter|gauge|histogram)\(\s*'([a-z_]+)'/g)])
    .flatMap(([, kind, name]) => (kind === 'histogram' ? [`${name}_bucket`, `${name}_count`, `${name}_sum`] : [name!])),
);
/** What the metrics adapter makes of them, for autoscalers. */
const adapter = parse(read('deploy/prometheus/adapter.yaml')) as {
  rules: { seriesQuery: string; name: { as: string }; metricsQuery: string }[];
};
const ADAPTED = adapter.rules.map(({ name }) => name.as);
const metricsIn = (expression: string): string[] =>
  [...expression.matchAll(/\b((?:nodo|payments|gateway|receipts|notices|reporting|quality|onboarding)_[a-z_]+)\b/g)].map(
    ([, name]) => name!,
  );

describe('docker-compose.yml', () => {
  it.each(NAMES)('runs %s at the port that the platform gives it', (name) => {
    expect(compose.services[name]?.command).toEqual([
      'serve',
      name,
      '--host',
      '0.0.0.0',
      '--port',
      String(SUBGRAPH_PORTS[name]),
      '--data',
      '/data',
    ]);
  });

  it.each(['gateway-1', 'gateway-2'])('runs %s in front of every service', (gateway) => {
    const urls = compose.services[gateway]?.environment?.['SUBGRAPH_URLS'];
    expect(urls).toBe(NAMES.map((name) => `${name}=http://${name}:${SUBGRAPH_PORTS[name]}/graphql`).join(','));
    expect(Object.keys(compose.services[gateway]?.depends_on ?? {}).toSorted()).toEqual(NAMES.toSorted());
  });

  it.each([...NAMES, 'gateway-1', 'gateway-2', 'migrate'])('gives %s an environment that it can read', (name) => {
    const variables = Object.fromEntries(
      Object.entries(compose.services[name]?.environment ?? {}).map(([key, value]) => [key, filled(value)]),
    );
    const environment = readEnvironment(variables);
    for (const key of Object.keys(variables)) expect(environment).toHaveProperty(key);
    expect(environment).toMatchObject({
      NODE_ENV: 'production',
      DATABASE_URL: expect.stringContaining('@postgres:'),
      BUS_URL: expect.stringContaining('@broker:'),
    });
  });

  it.each(Object.entries(compose.services))('limits %s, and knows when it is well', (name, service) => {
    expect(service.deploy?.resources.limits).toEqual({
      cpus: expect.stringMatching(/^\d\.\d$/),
      memory: expect.stringMatching(/^\d+[MG]$/),
    });
    if (!['migrate', 'loadtest', 'simulator'].includes(name)) expect(service.healthcheck).toBeDefined();
    for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  it.each([...NAMES, 'gateway-1', 'gateway-2', 'migrate', 'loadtest', 'simulator', 'broker', 'proxy'])(
    'lets %s write to its volumes only, without rights',
    (name) => {
      expect(compose.services[name]).toMatchObject({ read_only: true, cap_drop: ['ALL'] });
    },
  );

  it('asks for the database over TCP, and for no broker that locks up', () => {
    // While a cluster is made the image's first start answers on its socket: services would find nothing there.
    expect(compose.services['postgres']?.healthcheck).toMatchObject({ test: expect.arrayContaining(['-h', '127.0.0.1']) });
    expect(filled(compose.services['broker']?.image ?? '')).not.toMatch(/:2\.12(\.[012])?(-|$)/);
  });

  it('has no secret in it, and the example names all that it asks for', () => {
    const text = read('docker-compose.yml');
    const asked = new Set([...text.matchAll(/\$\{([A-Z_]+):\?/g)].map(([, name]) => name!));
    expect([...asked].toSorted()).toEqual(
      [...example]
        .filter(([, value]) => value === '')
        .map(([name]) => name)
        .toSorted(),
    );
    for (const [, value] of text.matchAll(/(?:PASSWORD|SECRET)[A-Z_]*: (.*)$/gm)) expect(value).toMatch(/^\$\{[A-Z_]+:\?/);
    for (const [, password] of text.matchAll(/\/\/[a-z]+:([^@]+)@/g)) expect(password).toMatch(/^\$\{[A-Z_]+:\?/);
  });

  it('mounts and builds only what is there', () => {
    const stages = new Set([...read('Dockerfile').matchAll(/ AS ([a-z0-9]+)$/gm)].map(([, stage]) => stage));
    for (const service of Object.values(compose.services)) {
      for (const mount of service.volumes ?? []) {
        const [source = ''] = mount.split(':');
        if (source.startsWith('.')) expect(existsSync(`${ROOT}${source}`), source).toBe(true);
        else expect(Object.keys(compose.volumes)).toContain(source);
      }
      if (service.build) expect(stages).toContain(service.build.target);
    }
  });
});

describe('the Dockerfile', () => {
  const text = read('Dockerfile');

  it('ends as an ordinary user in every stage that runs something', () => {
    const platform = text.slice(text.indexOf('AS platform'));
    expect(platform.indexOf('USER node')).toBeGreaterThan(0);
    expect(platform.indexOf('USER node')).toBeLessThan(platform.indexOf('ENTRYPOINT'));
    expect(text).not.toMatch(/USER root/);
  });

  it('starts programs that are there', () => {
    for (const [, entry] of text.matchAll(/boot\.mjs(?:", "| )([a-z/.]+\.ts)/g)) expect(existsSync(`${ROOT}${entry}`), entry).toBe(true);
  });
});

describe('the proxy', () => {
  it('sends to services where they listen', () => {
    const targets = [...read('deploy/proxy/Caddyfile').matchAll(/\b([a-z]+):(\d{4})\b/g)];
    expect(targets.length).toBeGreaterThanOrEqual(5);
    for (const [, name, port] of targets) expect([name, Number(port)]).toEqual([name, SUBGRAPH_PORTS[name!]]);
  });

  it('and the ingress send each path to the same service, and every path that a service answers', () => {
    const caddy = read('deploy/proxy/Caddyfile');
    const byCaddy = [...caddy.matchAll(/^\t@([a-z]+) path (.*)$/gm)]
      .filter(([, name]) => name !== 'inside')
      .flatMap(([, name, paths]) => paths!.split(' ').map((path) => `${path.replace(/\/\*$/, '')} ${name}`));
    const ingress = parse(read('deploy/kubernetes/ingress.yaml')) as {
      spec: { rules: { http: { paths: { path: string; backend: { service: { name: string } } }[] } }[] };
    };
    const byIngress = ingress.spec.rules[0]!.http.paths.map(({ path, backend }) => `${path} ${backend.service.name}`);
    expect(byIngress.filter((each) => each !== '/ gateway').toSorted()).toEqual([...new Set(byCaddy)].toSorted());
  });
});

describe('Prometheus and Grafana', () => {
  it('ask for metrics that the code has', () => {
    const dashboard = JSON.parse(read('deploy/grafana/dashboards/nodo-aperto.json')) as {
      panels: { title: string; targets: { expr: string }[] }[];
    };
    const alerts = parse(read('deploy/prometheus/alerts.yml')) as { groups: { rules: { alert: string; expr: string }[] }[] };
    const expressions = [...dashboard.panels.flatMap(({ targets }) => targets), ...alerts.groups.flatMap(({ rules }) => rules)].map(
      ({ expr }) => expr,
    );
    expect(expressions.length).toBeGreaterThan(15);
    for (const expression of expressions) for (const name of metricsIn(expression)) expect(metrics, expression).toContain(name);
    expect(expressions.flatMap(metricsIn).length).toBeGreaterThan(15);
  });

  it('give autoscalers what the code has', async () => {
    const ofProcess = [...(await createMetrics('test', { process: true }).text()).matchAll(/^# TYPE (\S+) gauge$/gm)].map(
      ([, name]) => name!,
    );
    for (const { seriesQuery, metricsQuery } of adapter.rules) {
      const asked = seriesQuery.slice(0, seriesQuery.indexOf('{'));
      expect([...metrics, ...ofProcess]).toContain(asked);
      expect(metricsQuery).toContain(`${asked}{<<.LabelMatchers>>}`);
    }
  });

  it('have a runbook entry for every alert', () => {
    const alerts = parse(read('deploy/prometheus/alerts.yml')) as { groups: { rules: { alert: string }[] }[] };
    for (const { alert } of alerts.groups.flatMap(({ rules }) => rules)) expect(read('docs/deploy.md')).toContain(`**${alert}**`);
  });

  it('scrape every service where it listens', () => {
    const { scrape_configs: jobs } = parse(read('deploy/prometheus/prometheus.yml')) as {
      scrape_configs: { static_configs: { targets: string[] }[] }[];
    };
    const targets = jobs.flatMap(({ static_configs: each }) => each.flatMap((one) => one.targets));
    expect(targets.toSorted()).toEqual(
      ['gateway-1:4000', 'gateway-2:4000', ...NAMES.map((name) => `${name}:${SUBGRAPH_PORTS[name]}`)].toSorted(),
    );
  });
});

/** What renders a Kustomize base here: kubectl, or the kustomize that `.ci/run` builds. */
const renderer = (
  [
    ['kubectl', ['kustomize']],
    [`${ROOT}.tools/bin/kustomize`, ['build']],
  ] as const
).find(([program, [verb]]) => spawnSync(program, [verb, '--help'], { stdio: 'ignore' }).status === 0);

describe.skipIf(!renderer)('the Kubernetes base, rendered', () => {
  const objects = renderer
    ? parseAllDocuments(execFileSync(renderer[0], [...renderer[1], `${ROOT}deploy/kubernetes`], { encoding: 'utf8' })).map(
        (each) => each.toJS() as KubernetesObject,
      )
    : [];
  const of = (kind: string): KubernetesObject[] => objects.filter((each) => each.kind === kind);
  const SERVICES = [...NAMES, 'gateway'].toSorted();

  it.each(['Deployment', 'Service', 'PodDisruptionBudget', 'HorizontalPodAutoscaler'])('has a %s of every service', (kind) => {
    expect(
      of(kind)
        .map(({ metadata }) => metadata.name)
        .toSorted(),
    ).toEqual(SERVICES);
  });

  it('is of kinds that Kubernetes has, each with its fields and no others', async () => {
    const errors = await Promise.all(objects.map(schemaErrors));
    expect(errors.flat()).toEqual([]);
    const [deployment] = of('Deployment');
    const misspelt = { ...deployment, spec: { ...deployment?.spec, replicaz: 2 } } as KubernetesObject;
    expect(await schemaErrors(misspelt)).toEqual([`Deployment ${deployment?.metadata.name}.spec.replicaz is not a field of its kind.`]);
    const mistyped = { ...deployment, spec: { ...deployment?.spec, replicas: 'two' } } as KubernetesObject;
    expect(await schemaErrors(mistyped)).toEqual([expect.stringContaining(`Deployment ${deployment?.metadata.name}/spec/replicas:`)]);
  });

  it('runs each service with probes, limits, and without rights', () => {
    for (const { metadata, spec } of of('Deployment')) {
      const { containers, securityContext, automountServiceAccountToken } = spec.template.spec;
      expect(containers).toHaveLength(1);
      const [container] = containers;
      expect(container.args.slice(0, 2)).toEqual(['serve', metadata.name]);
      expect(container).toMatchObject({
        startupProbe: { httpGet: { path: '/health/live' } },
        readinessProbe: { httpGet: { path: '/health/ready' } },
        livenessProbe: { httpGet: { path: '/health/live' } },
        securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
        resources: { requests: { cpu: expect.any(String), memory: expect.any(String) }, limits: { memory: expect.any(String) } },
      });
      expect(securityContext.runAsNonRoot).toBe(true);
      expect(automountServiceAccountToken).toBe(false);
      expect(spec.selector.matchLabels).toEqual(expect.objectContaining({ 'app.kubernetes.io/name': metadata.name }));
    }
  });

  it('scales and protects the deployment of the same name', () => {
    for (const { metadata, spec } of of('HorizontalPodAutoscaler')) {
      expect(spec.scaleTargetRef.name).toBe(metadata.name);
      const [cpu, ...ofPods] = spec.metrics as { type: string; resource?: { name: string }; pods?: { metric: { name: string } } }[];
      expect(cpu?.resource?.name).toBe('cpu');
      const latency: Record<string, string> = { gateway: 'gateway_request_seconds_p99', payments: 'nodejs_eventloop_lag_p99_seconds' };
      const names = [
        ...(metadata.name === 'gateway' ? [] : ['nodo_outbox_waiting']),
        latency[metadata.name] ?? 'nodo_http_request_seconds_p99',
      ];
      expect(ofPods.map(({ pods }) => pods?.metric.name)).toEqual(names);
      for (const name of names) expect(ADAPTED).toContain(name);
    }
    for (const { metadata, spec } of of('PodDisruptionBudget'))
      expect(spec.selector.matchLabels['app.kubernetes.io/name']).toBe(metadata.name);
    for (const { metadata, spec } of of('Service')) expect(spec.selector['app.kubernetes.io/name']).toBe(metadata.name);
  });

  it('lets nothing through that no policy names', () => {
    const nothing = of('NetworkPolicy').find(({ metadata }) => metadata.name === 'nothing');
    expect(nothing?.spec).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
    expect(of('NetworkPolicy')).toHaveLength(5);
  });

  it('gives the services an environment that they can read', () => {
    const [configuration] = of('ConfigMap');
    const environment = readEnvironment({
      ...configuration?.data,
      DATABASE_URL: 'postgres://nodo:x@postgres:5432/nodo',
      BUS_URL: 'nats://nats:4222',
      SEALING_SECRET: SECRET,
    });
    for (const key of Object.keys(configuration?.data ?? {})) expect(environment).toHaveProperty(key);
    expect(environment.SUBGRAPH_URLS).toBe(NAMES.map((name) => `${name}=http://${name}:8080/graphql`).join(','));
  });

  it('keeps everything in its namespace', () => {
    for (const { metadata } of objects) expect(metadata.namespace).toBe('nodo-aperto');
  });
});
