import type { ApiManifest, Linkage } from '../../src/model/file.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { yamlText } from '../quote/yaml.ts';

/** Manifests per API: a Deployment with probes, a Service of the name that agents know, and an autoscaler, since the server keeps no state. */
export function kubernetesFiles({ apis }: Linkage): { readonly [path: string]: string } {
  return Object.fromEntries(apis.map((api) => [`k8s/${api.name}.yaml`, manifests(api)]));
}

function manifests(api: ApiManifest): string {
  const { name } = api;
  const keys = ['MCP_TOKEN', ...api.requiredSecrets];
  const comment = `${name} on Kubernetes. Push the image that compose.yaml builds and name it below; make the secret first:
kubectl create secret generic ${name}-mcp${keys.map((key) => ` --from-literal=${key}=…`).join('')}`;
  const documents = [deployment(api), service(name), autoscaler(name)];
  return documents.map((document, index) => yamlText(document, index === 0 ? comment : '')).join('---\n');
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
