/**
 * Well-known images by their registry and owner, without an order. `library` holds the official
 * images of Docker Hub. Written by hand.
 */
export const IMAGE_NAMES = `
docker.io/library: adminer aerospike alpine almalinux amazoncorretto amazonlinux arangodb archlinux backdrop bash bonita buildpack-deps busybox caddy cassandra centos chronograf cirros clearlinux clefos clojure composer consul convertigo couchbase couchdb crate crux dart debian docker drupal eclipse-mosquitto eclipse-temurin eggdrop elasticsearch elixir emqx erlang express-gateway fedora flink fluentd friendica gazebo gcc geonetwork ghost golang gradle groovy haproxy haskell haxe hello-world hitch httpd hylang ibm-semeru-runtimes ibmjava influxdb irssi jenkins jetty jobber joomla jruby julia kapacitor kibana kong lightstreamer liquibase logstash mageia mariadb matomo maven mediawiki memcached mongo mongo-express monica mono mysql nats nats-streaming neo4j neurodebian nextcloud nginx node notary odoo open-liberty openjdk opensuse oraclelinux orientdb percona perl photon php php-zendserver phpmyadmin plone postfixadmin postgres pypy python r-base rabbitmq rakudo-star redis redmine registry rethinkdb rocket.chat rockylinux ros ruby rust sapmachine satosa scratch silverpeas sl solr sonarqube spark spiped storm swift swipl teamspeak telegraf thrift tomcat tomee traefik ubuntu unit vault varnish websphere-liberty wordpress xwiki yourls znc zookeeper
docker.io/alpine: git helm k8s socat curl
docker.io/amazon: aws-cli dynamodb-local amazon-ecs-agent cloudwatch-agent
docker.io/apache: airflow kafka nifi superset tika
docker.io/aquasec: trivy kube-bench
docker.io/argoproj: argocd
docker.io/atlassian: confluence-server jira-software bitbucket
docker.io/bitnami: apache cassandra kafka kubectl mariadb memcached minio mongodb mysql nginx node postgresql python rabbitmq redis wordpress zookeeper
docker.io/bitwarden: self-host
docker.io/calico: cni kube-controllers node
docker.io/certbot: certbot
docker.io/cimg: base go node openjdk php python ruby rust
docker.io/circleci: node python
docker.io/clickhouse: clickhouse-server
docker.io/cloudflare: cloudflared
docker.io/codercom: code-server
docker.io/confluentinc: cp-kafka cp-schema-registry cp-zookeeper cp-kafka-connect
docker.io/continuumio: anaconda3 miniconda3
docker.io/cypress: base browsers included
docker.io/datadog: agent
docker.io/denoland: deno
docker.io/docker: compose dockerfile buildx-bin
docker.io/dpage: pgadmin4
docker.io/drone: drone
docker.io/envoyproxy: envoy
docker.io/falcosecurity: falco
docker.io/filebrowser: filebrowser
docker.io/fluent: fluent-bit fluentd
docker.io/gitea: gitea act_runner
docker.io/gitlab: gitlab-ce gitlab-ee gitlab-runner
docker.io/gogs: gogs
docker.io/goharbor: harbor-core
docker.io/grafana: grafana loki promtail tempo agent k6 mimir
docker.io/hadolint: hadolint
docker.io/hashicorp: consul packer terraform vault http-echo
docker.io/homeassistant: home-assistant
docker.io/istio: pilot proxyv2
docker.io/jaegertracing: all-in-one
docker.io/jenkins: jenkins agent inbound-agent ssh-agent
docker.io/jellyfin: jellyfin
docker.io/jupyter: base-notebook scipy-notebook datascience-notebook
docker.io/keycloak: keycloak
docker.io/kindest: node
docker.io/koalaman: shellcheck
docker.io/linuxserver: plex sonarr radarr jackett transmission
docker.io/localstack: localstack
docker.io/mailhog: mailhog
docker.io/mattermost: mattermost-team-edition
docker.io/metabase: metabase
docker.io/minio: minio mc
docker.io/mitmproxy: mitmproxy
docker.io/moby: buildkit
docker.io/mongodb: mongodb-community-server
docker.io/n8nio: n8n
docker.io/netdata: netdata
docker.io/newrelic: infrastructure
docker.io/nginxinc: nginx-unprivileged
docker.io/nvidia: cuda
docker.io/ollama: ollama
docker.io/openpolicyagent: opa conftest
docker.io/opensearchproject: opensearch opensearch-dashboards
docker.io/openresty: openresty
docker.io/openzipkin: zipkin
docker.io/oven: bun
docker.io/owasp: zap2docker-stable dependency-check
docker.io/owncloud: server
docker.io/paketobuildpacks: builder
docker.io/phusion: baseimage
docker.io/pihole: pihole
docker.io/plexinc: pms-docker
docker.io/portainer: portainer portainer-ce agent
docker.io/postgis: postgis
docker.io/prom: alertmanager blackbox-exporter node-exporter prometheus pushgateway statsd-exporter
docker.io/provectuslabs: kafka-ui
docker.io/pytorch: pytorch
docker.io/qdrant: qdrant
docker.io/rancher: rancher k3s rke2-runtime hyperkube
docker.io/redis: redis-stack redisinsight
docker.io/renovate: renovate
docker.io/rocker: r-ver rstudio
docker.io/rclone: rclone
docker.io/selenium: hub node-chrome node-firefox standalone-chrome standalone-firefox
docker.io/semgrep: semgrep
docker.io/snyk: snyk
docker.io/sonatype: nexus3
docker.io/stedolan: jq
docker.io/syncthing: syncthing
docker.io/temporalio: server auto-setup
docker.io/tensorflow: tensorflow serving
docker.io/timescale: timescaledb
docker.io/tonistiigi: binfmt
docker.io/traefik: whoami
docker.io/trufflesecurity: trufflehog
docker.io/vaultwarden: server
docker.io/verdaccio: verdaccio
docker.io/victoriametrics: victoria-metrics
docker.io/wiremock: wiremock
docker.io/zabbix: zabbix-server-mysql
docker.io/zaproxy: zap-stable
gcr.io/distroless: base base-debian12 cc cc-debian12 java java17-debian12 java21-debian12 nodejs nodejs20-debian12 nodejs22-debian12 python3 python3-debian12 static static-debian12
gcr.io/google-containers: pause
gcr.io/kaniko-project: executor
ghcr.io/actions: actions-runner
ghcr.io/astral-sh: uv
ghcr.io/dependabot: dependabot-core
ghcr.io/fluxcd: flux-cli source-controller
ghcr.io/home-assistant: home-assistant
ghcr.io/linuxserver: plex sonarr
mcr.microsoft.com/dotnet: aspnet runtime runtime-deps sdk
mcr.microsoft.com/mssql: server
mcr.microsoft.com/windows: nanoserver servercore
nvcr.io/nvidia: cuda pytorch tensorflow tritonserver
public.ecr.aws/lambda: go java nodejs python provided
quay.io/argoproj: argocd
quay.io/centos: centos
quay.io/ceph: ceph
quay.io/cilium: cilium
quay.io/coreos: etcd
quay.io/jetstack: cert-manager-controller
quay.io/keycloak: keycloak
quay.io/podman: stable
quay.io/prometheus: prometheus alertmanager node-exporter
quay.io/skopeo: stable
registry.access.redhat.com/ubi8: ubi ubi-minimal nodejs-18 python-39
registry.access.redhat.com/ubi9: ubi ubi-micro ubi-minimal nodejs-20 openjdk-17 python-311
registry.k8s.io/ingress-nginx: controller
registry.k8s.io/coredns: coredns
`;
