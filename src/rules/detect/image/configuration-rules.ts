/** Rules about the configuration of an image. */

import type { Rule } from '../rule.ts';

/** An image whose processes run as root. */
export const ROOT_USER: Rule = {
  id: 'image/root-user',
  category: 'misconfiguration',
  severity: 'high',
  title: 'image runs as root',
  cwe: [250],
  aliases: ['CIS-DI-0001', 'CIS-4.1', 'DL3002', 'DS-0002', 'DS002', 'AVD-DS-0002'],
  why: 'A process that runs as root in a container is root for everything that the container is given, and for the host if it breaks out. Most programs do not need any of these rights.',
  remedy:
    'Create a user in the image and set it with USER; a number, as in USER 65532, can be checked by orchestrators too.',
  failing: { text: 'FROM debian:13\nCMD ["/app"]\n', image: { user: '' } },
  passing: {
    text: 'FROM debian:13\nUSER 65532:65532\nCMD ["/app"]\n',
    image: { user: '65532:65532' },
  },
};

/** A service without a health check. */
export const NO_HEALTH_CHECK: Rule = {
  id: 'image/no-health-check',
  category: 'misconfiguration',
  severity: 'low',
  title: 'service without a health check',
  cwe: [],
  aliases: ['CIS-DI-0006', 'CIS-4.6', 'DS-0026', 'DS026', 'AVD-DS-0026'],
  why: 'The image exposes a port, so it is a service. Without a health check, Docker and Podman keep a service running that no longer answers.',
  remedy:
    'Add HEALTHCHECK to the Dockerfile. Images in the OCI format cannot have one: build with --format docker, or set a probe in the orchestrator and make an exception for this rule.',
  failing: { text: 'EXPOSE 8080\n', image: { exposedPorts: ['8080/tcp'], hasHealthCheck: false } },
  passing: {
    text: 'EXPOSE 8080\nHEALTHCHECK CMD ["/app", "--health"]\n',
    image: { exposedPorts: ['8080/tcp'], hasHealthCheck: true },
  },
};

/** An exposed port of remote administration. */
export const ADMINISTRATION_PORT: Rule = {
  id: 'image/administration-port',
  category: 'misconfiguration',
  severity: 'medium',
  title: 'exposed port of remote administration',
  cwe: [1327],
  aliases: ['DS-0004', 'DS004', 'AVD-DS-0004'],
  why: 'A service for remote logins or for controlling containers widens what an attacker can reach. Containers are administered from outside, by their runtime.',
  remedy:
    'Remove the service and its EXPOSE instruction; use docker exec or kubectl exec to look into a container.',
  failing: {
    text: 'EXPOSE 22\n',
    image: { exposedPorts: ['22/tcp'], hasHealthCheck: true },
  },
  passing: {
    text: 'EXPOSE 8443\n',
    image: { exposedPorts: ['8443/tcp'], hasHealthCheck: true },
  },
};

/** A variable of the configuration, or a build argument in the history, that holds a secret. */
export const SECRET_VARIABLE: Rule = {
  id: 'image/secret-variable',
  category: 'misconfiguration',
  severity: 'critical',
  title: 'secret in an environment variable or build argument',
  cwe: [526, 798],
  aliases: ['CIS-DI-0010', 'CIS-4.10', 'DS-0031', 'DS031', 'AVD-DS-0031'],
  why: 'Everyone who can pull the image can read its configuration and its history, into which builders write variables and the values of build arguments. A later instruction that empties the variable does not remove the value from the history.',
  remedy:
    'Replace the secret, because it is known to all readers of the image. Give it to the container when it starts, or mount it in the build: RUN --mount=type=secret.',
  failing: {
    text: 'ENV DB_PASSWORD=correct-horse\n',
    image: { env: ['DB_PASSWORD=correct-horse'] },
  },
  passing: {
    text: 'ENV DB_PASSWORD_FILE=/run/secrets/db\nRUN --mount=type=secret,id=npm npm ci\n',
    image: {
      env: ['DB_PASSWORD_FILE=/run/secrets/db'],
      history: [{ createdBy: 'RUN /bin/sh -c npm ci # buildkit', layer: 0 }],
    },
  },
};

/** An image that has no tag but `latest`. */
export const LATEST_TAG: Rule = {
  id: 'image/latest-tag',
  category: 'misconfiguration',
  severity: 'low',
  title: 'latest is the only tag',
  cwe: [],
  aliases: ['DKL-DI-0006'],
  why: 'The tag latest moves with every build. It does not identify the build that is running, nor the one to go back to.',
  remedy: 'Give each build a tag of its own, such as its version or commit, and deploy by digest.',
  failing: {
    text: 'docker build -t registry.example/app:latest .\n',
    image: { tags: ['registry.example/app:latest'] },
  },
  passing: {
    text: 'docker build -t registry.example/app:latest -t registry.example/app:1.4.2 .\n',
    image: { tags: ['registry.example/app:latest', 'registry.example/app:1.4.2'] },
  },
};
