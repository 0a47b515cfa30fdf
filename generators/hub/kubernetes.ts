import type { ApiManifest, Linkage } from '../../src/model/file.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { yamlText } from '../quote/yaml.ts';
import { optionalSecrets } from './environment.ts';

/** Manifests per API: a Deployment with probes, a Service of the name that agents know, and an autoscaler, since the server keeps no state. */
export function kubernetesFiles({ apis }: Linkage): { readonly [path: string]: string } {
  return Object.fromEntries(apis.map((api) => [`k8s/${api.name}.yaml`, manifests(api)]));
}

function manifests(api: ApiManifest): string {
  const { name } = api;
  const documents = [deployment(api), service(name), autoscaler(name)];
  return documents
    .map((document, index) => yamlText(document, index === 0 ? instructions(api) : ''))
    .join('---\n');
}

function instructions(api: ApiManifest): string {
  const { name, envPrefix } = api;
  const address = api.baseUrl === '' ? [`${envPrefix}_BASE_URL`] : [];
  const literals = ['MCP_TOKEN', ...api.requiredSecrets, ...address].map((key) => ` --from-literal=${key}=…`);
  const ways = optionalSecrets(api);
  return [
    `${name} on Kubernetes. Every build makes this file anew: what is yours goes into a kustomization of your own.`,
    'There, under `images`, name the image that compose.yaml builds and you have pushed; agents of other namespaces',
    'call the Service by a longer name, which ALLOWED_HOSTS has to allow. Make the secret first:',
    `kubectl create secret generic ${name}-mcp${literals.join('')}`,
    ...(ways.length === 0 ? [] : [`with those of the way you sign in, too: ${ways.join(', ')}`]),
  ].join('\n');
}

function labels(name: string): JsonObject {
  return { 'app.kubernetes.io/name': name, 'app.kubernetes.io/managed-by': 'mcpgen' };
}

function metadata(name: string): JsonObject {
  return { name, labels: labels(name) };
}

function deployment({ name }: ApiManifest): JsonObject {
  const probe = { httpGet: { path: '/healthz', port: 'http' } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadata(name),
    spec: {
      replicas: 2,
      selector: { matchLabels: { 'app.kubernetes.io/name': name } },
      template: {
        metadata: { labels: labels(name) },
        spec: {
          automountServiceAccountToken: false,
          // What preStop takes, and then SHUTDOWN_TIMEOUT (25 s) for the calls that are running.
          terminationGracePeriodSeconds: 40,
          // Otherwise a Service called `host` would set HOST in every pod.
          enableServiceLinks: false,
          securityContext: {
            runAsNonRoot: true,
            runAsUser: 65532,
            seccompProfile: { type: 'RuntimeDefault' },
          },
          containers: [
            {
              name: 'server',
              image: `${name}-mcp:latest`,
              env: [
                { name: 'HOST', value: '0.0.0.0' },
                { name: 'PORT', value: '8080' },
                { name: 'ALLOWED_HOSTS', value: name },
              ],
              envFrom: [{ secretRef: { name: `${name}-mcp` } }],
              ports: [{ name: 'http', containerPort: 8080 }],
              // A pod gets new connections until all nodes know that it goes: they are still answered for so long.
              lifecycle: { preStop: { sleep: { seconds: 5 } } },
              startupProbe: { ...probe, periodSeconds: 1, failureThreshold: 30 },
              readinessProbe: { ...probe, periodSeconds: 5 },
              livenessProbe: { ...probe, periodSeconds: 10, failureThreshold: 3 },
              resources: {
                requests: { cpu: '50m', memory: '96Mi' },
                limits: { memory: '256Mi' },
              },
              securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ['ALL'] },
              },
              volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
            },
          ],
          volumes: [{ name: 'tmp', emptyDir: { sizeLimit: '64Mi' } }],
        },
      },
    },
  };
}

function service(name: string): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadata(name),
    spec: {
      selector: { 'app.kubernetes.io/name': name },
      ports: [{ name: 'http', port: 8080, targetPort: 'http' }],
    },
  };
}

function autoscaler(name: string): JsonObject {
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: metadata(name),
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
      minReplicas: 2,
      maxReplicas: 10,
      metrics: [
        {
          type: 'Resource',
          resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } },
        },
      ],
    },
  };
}
