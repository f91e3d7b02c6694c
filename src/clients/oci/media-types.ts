/**
 * Media types of images.
 *
 * Source: OCI image specification, "Media Types"; Docker image manifest version 2, schema 2.
 */

/** The media type of an image index of OCI. */
export const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
/** The media type of an image manifest of OCI. */
export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
/** The media type of a manifest list of Docker. */
export const DOCKER_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';
/** The media type of an image manifest of Docker, version 2, schema 2. */
export const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';

/** The media type of a configuration of OCI. */
export const OCI_CONFIG = 'application/vnd.oci.image.config.v1+json';
/** The media type of a layer that is compressed with gzip. */
export const OCI_GZIP_LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip';

/** Media types of documents that list manifests. */
export const INDEX_TYPES: ReadonlySet<string> = new Set([OCI_INDEX, DOCKER_LIST]);
/** Media types of manifests of single images. */
export const MANIFEST_TYPES: ReadonlySet<string> = new Set([OCI_MANIFEST, DOCKER_MANIFEST]);

/** Media types of a container image's configuration; other artifacts in registries have others. */
export const IMAGE_CONFIG_TYPES: ReadonlySet<string> = new Set([
  OCI_CONFIG,
  'application/vnd.docker.container.image.v1+json',
]);

/** The first version of manifests, which has no digests of layers to compare. */
export const SCHEMA_1_TYPES: ReadonlySet<string> = new Set([
  'application/vnd.docker.distribution.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v1+prettyjws',
]);

/**
 * Value of the `Accept` header, with all types: docker-registry 2.8 answers 404 if the client does
 * not name an OCI index.
 */
export const MANIFEST_ACCEPT: string = [OCI_INDEX, DOCKER_LIST, OCI_MANIFEST, DOCKER_MANIFEST].join(
  ', ',
);
