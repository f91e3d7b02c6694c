/**
 * The documents of container images as the Go structs of container tools have them, and their one
 * strict reader.
 *
 * Source: OCI image specification 1.1, `specs-go/v1` (`Descriptor`, `Platform`, `Index`,
 * `Manifest`, `Image`, `ImageConfig`, `RootFS`, `History`, `ImageLayout`); Docker image manifest
 * version 2, schema 2; Docker's `Image`, `Config` and `HealthConfig`; the items of `manifest.json`
 * in `docker save` archives. A field that only one of the structs of a document has is a field of
 * the document.
 */

import { AssayError, ParseError } from '../../core/base/errors.ts';
import type { JsonValue } from '../../formats/text/json/json.ts';
import { readGoStructJson, type JsonShape } from '../../formats/text/json/go-struct-json.ts';

/**
 * Kinds of documents. `manifest` is an image manifest or an image index, `any` a document without
 * fixed fields.
 */
export type ImageDocumentKind = 'manifest' | 'config' | 'docker-archive' | 'oci-layout' | 'any';

const TEXTS: JsonShape = { list: 'text' };
const TEXT_MAP: JsonShape = { map: 'text' };
const FREE_MAP: JsonShape = { map: 'any' };

const PLATFORM: JsonShape = {
  fields: {
    architecture: 'text',
    os: 'text',
    'os.version': 'text',
    'os.features': TEXTS,
    variant: 'text',
    features: TEXTS,
  },
};

const DESCRIPTOR: JsonShape = {
  fields: {
    mediaType: 'text',
    digest: 'text',
    size: 'integer',
    urls: TEXTS,
    annotations: TEXT_MAP,
    data: 'text',
    platform: PLATFORM,
    artifactType: 'text',
  },
};

/**
 * Manifests and indexes of all versions: which of them a document is, is decided by its fields too.
 */
const MANIFEST: JsonShape = {
  fields: {
    schemaVersion: 'integer',
    mediaType: 'text',
    artifactType: 'text',
    config: DESCRIPTOR,
    layers: { list: DESCRIPTOR },
    manifests: { list: DESCRIPTOR },
    subject: DESCRIPTOR,
    annotations: TEXT_MAP,
    fsLayers: 'any',
    history: 'any',
    signatures: 'any',
  },
};

const RUN_CONFIG: JsonShape = {
  fields: {
    Hostname: 'any',
    Domainname: 'any',
    User: 'text',
    AttachStdin: 'any',
    AttachStdout: 'any',
    AttachStderr: 'any',
    ExposedPorts: FREE_MAP,
    Tty: 'any',
    OpenStdin: 'any',
    StdinOnce: 'any',
    Env: TEXTS,
    // Docker takes a string for a list here.
    Cmd: 'any',
    Entrypoint: 'any',
    Healthcheck: {
      fields: {
        Test: 'any',
        Interval: 'any',
        Timeout: 'any',
        StartPeriod: 'any',
        StartInterval: 'any',
        Retries: 'any',
      },
    },
    ArgsEscaped: 'any',
    Image: 'any',
    Volumes: FREE_MAP,
    WorkingDir: 'any',
    NetworkDisabled: 'any',
    MacAddress: 'any',
    OnBuild: 'any',
    Labels: TEXT_MAP,
    StopSignal: 'any',
    StopTimeout: 'any',
    Shell: 'any',
  },
};

const CONFIG: JsonShape = {
  fields: {
    id: 'any',
    parent: 'any',
    comment: 'any',
    created: 'text',
    container: 'any',
    container_config: RUN_CONFIG,
    docker_version: 'any',
    author: 'any',
    config: RUN_CONFIG,
    architecture: 'text',
    variant: 'text',
    os: 'text',
    'os.version': 'any',
    'os.features': 'any',
    Size: 'any',
    rootfs: { fields: { type: 'text', diff_ids: TEXTS, base_layer: 'any' } },
    history: {
      list: {
        fields: {
          created: 'any',
          created_by: 'text',
          author: 'any',
          comment: 'any',
          empty_layer: 'boolean',
        },
      },
    },
  },
};

const DOCKER_ARCHIVE: JsonShape = {
  list: {
    fields: {
      Config: 'text',
      RepoTags: TEXTS,
      Layers: TEXTS,
      Parent: 'text',
      LayerSources: { map: DESCRIPTOR },
    },
  },
};

const SHAPES: Readonly<Record<ImageDocumentKind, JsonShape>> = {
  manifest: MANIFEST,
  config: CONFIG,
  'docker-archive': DOCKER_ARCHIVE,
  'oci-layout': { fields: { imageLayoutVersion: 'text' } },
  any: 'any',
};

/**
 * Reads a document that has one reading only. `name` says in errors what it is, as in
 * `"/index.json" in "app.tar"`.
 *
 * @throws AssayError `DAMAGED` where the bytes are not JSON or have several readings
 */
export function readImageDocument(
  bytes: Uint8Array,
  kind: ImageDocumentKind,
  name: string,
): JsonValue {
  try {
    return readGoStructJson(name, bytes, SHAPES[kind]);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    throw new AssayError('DAMAGED', `${name} cannot be read: ${error.reason}`, {
      hint: error.hint ?? 'It was cut off or changed: get the image again.',
      cause: error,
    });
  }
}
