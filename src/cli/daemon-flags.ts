/** Flags that name the daemons that are asked for images, as trivy has them. */

import type { Flag } from '../config/flag.ts';

export const DAEMON_FLAGS: readonly Flag[] = [
  {
    name: 'docker-host',
    value: 'ADDRESS',
    group: 'Target',
    help: 'address of Docker, as in unix:///var/run/docker.sock (default: DOCKER_HOST, else the usual sockets)',
  },
  {
    name: 'podman-host',
    value: 'ADDRESS',
    group: 'Target',
    help: 'address of Podman, as in unix:///run/podman/podman.sock (default: CONTAINER_HOST, else the usual sockets)',
  },
];
