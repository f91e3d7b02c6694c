# Assay as an image: the bundled command on a Node image, and nothing else. There is no RUN, so building it needs no
# network and executes nothing. `npm install` builds `dist/` first; another base with Node 20.19 or newer is chosen with
# `--build-arg BASE=…`.
ARG BASE=docker.io/library/node:24-bookworm-slim@sha256:6f7b03f7c2c8e2e784dcf9295400527b9b1270fd37b7e9a7285cf83b6951452d
FROM ${BASE}
LABEL org.opencontainers.image.title="Assay" \
      org.opencontainers.image.description="Software-supply-chain scanner and gate" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY LICENSE package.json /opt/assay/
COPY dist/bin /opt/assay/dist/bin
# Advisory data and layer records; without a volume they live as long as the container.
ENV ASSAY_CACHE_DIR=/var/cache/assay
VOLUME /var/cache/assay
WORKDIR /work
ENTRYPOINT ["node", "/opt/assay/dist/bin/assay.js"]
CMD ["--help"]
