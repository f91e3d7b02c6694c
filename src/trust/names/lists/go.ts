/** Well-known modules of Go by their host and owner, without an order. Written by hand. */
export const GO_NAMES = `
cel.dev: expr
cloud.google.com/go: auth bigquery compute compute/metadata firestore iam kms logging longrunning monitoring pubsub secretmanager spanner storage trace
contrib.go.opencensus.io: exporter/prometheus
dario.cat: mergo
filippo.io: edwards25519 age
github.com/99designs: gqlgen keyring
github.com/agext: levenshtein
github.com/ajstarks: svgo
github.com/alecthomas: kong participle template units kingpin chroma repr assert
github.com/alicebob: miniredis
github.com/andybalholm: brotli cascadia
github.com/antlr: antlr4
github.com/apache: arrow thrift
github.com/armon: circbuf consul-api go-metrics go-radix go-socks5
github.com/asaskevich: govalidator
github.com/aws: aws-lambda-go aws-sdk-go aws-sdk-go-v2 smithy-go
github.com/aymanbagabas: go-osc52
github.com/Azure: azure-sdk-for-go go-ansiterm go-autorest go-ntlmssp
github.com/AzureAD: microsoft-authentication-library-for-go
github.com/benbjohnson: clock
github.com/beorn7: perks
github.com/blang: semver
github.com/bgentry: speakeasy
github.com/bmizerany: assert
github.com/BurntSushi: toml xgb
github.com/bytedance: sonic
github.com/caarlos0: env
github.com/casbin: casbin
github.com/cenkalti: backoff
github.com/census-instrumentation: opencensus-proto
github.com/cespare: xxhash
github.com/charmbracelet: bubbles bubbletea glamour lipgloss log
github.com/chromedp: chromedp cdproto
github.com/cilium: ebpf
github.com/cncf: udpa xds
github.com/cockroachdb: apd cockroach-go datadriven errors pebble
github.com/codegangsta: cli negroni
github.com/containerd: cgroups console containerd continuity errdefs fifo go-cni log platforms ttrpc typeurl
github.com/containernetworking: cni plugins
github.com/containers: image storage buildah
github.com/coreos: bbolt etcd go-iptables go-oidc go-semver go-systemd pkg
github.com/cpuguy83: go-md2man
github.com/creack: pty
github.com/davecgh: go-spew
github.com/decred: dcrd
github.com/denisenkom: go-mssqldb
github.com/dgraph-io: badger ristretto
github.com/dgrijalva: jwt-go
github.com/dgryski: go-farm go-rendezvous go-sip13
github.com/digitalocean: godo
github.com/distribution: distribution reference
github.com/dlclark: regexp2
github.com/docker: cli distribution docker docker-credential-helpers go-connections go-metrics go-units libtrust
github.com/dop251: goja
github.com/dustin: go-humanize
github.com/eapache: go-resiliency queue
github.com/eclipse: paho.mqtt.golang
github.com/elastic: go-elasticsearch
github.com/emicklei: go-restful
github.com/emirpasic: gods
github.com/envoyproxy: go-control-plane protoc-gen-validate
github.com/ethereum: go-ethereum
github.com/evanphx: json-patch
github.com/fatih: color structs camelcase
github.com/felixge: httpsnoop fgprof
github.com/fsnotify: fsnotify
github.com/gabriel-vasile: mimetype
github.com/getkin: kin-openapi
github.com/getsentry: sentry-go raven-go
github.com/ghodss: yaml
github.com/gin-contrib: cors gzip sse
github.com/gin-gonic: gin
github.com/glebarez: sqlite
github.com/go-chi: chi cors render
github.com/go-gl: gl glfw mathgl
github.com/go-git: go-git go-billy gcfg
github.com/go-kit: kit log
github.com/go-ldap: ldap
github.com/go-logfmt: logfmt
github.com/go-logr: logr stdr zapr
github.com/go-ole: go-ole
github.com/go-openapi: analysis errors inflect jsonpointer jsonreference loads runtime spec strfmt swag validate
github.com/go-playground: locales universal-translator validator assert
github.com/go-redis: redis
github.com/go-resty: resty
github.com/go-sql-driver: mysql
github.com/go-stack: stack
github.com/go-task: slim-sprig
github.com/go-test: deep
github.com/go-viper: mapstructure
github.com/gobuffalo: flect packr
github.com/gobwas: glob httphead pool ws
github.com/goccy: go-json go-yaml
github.com/godbus: dbus
github.com/gofiber: fiber
github.com/gofrs: flock uuid
github.com/gogo: googleapis protobuf
github.com/golang: freetype geo glog groupcache mock protobuf snappy
github.com/golang-jwt: jwt
github.com/golang-migrate: migrate
github.com/golangci: golangci-lint
github.com/gomodule: redigo
github.com/google: btree cel-go flatbuffers gnostic go-cmp go-containerregistry go-github go-querystring gofuzz gopacket martian pprof renameio s2a-go shlex subcommands uuid wire
github.com/googleapis: enterprise-certificate-proxy gax-go gnostic google-cloud-go-testing
github.com/gorilla: context csrf handlers mux schema securecookie sessions websocket rpc
github.com/grafana: grafana loki regexp
github.com/graphql-go: graphql
github.com/gregjones: httpcache
github.com/grpc-ecosystem: go-grpc-middleware go-grpc-prometheus grpc-gateway grpc-opentracing
github.com/hashicorp: consul consul/api errwrap go-cleanhttp go-getter go-hclog go-immutable-radix go-memdb go-msgpack go-multierror go-plugin go-retryablehttp go-rootcerts go-safetemp go-sockaddr go-syslog go-uuid go-version golang-lru hcl logutils mdns memberlist nomad packer raft serf terraform terraform-plugin-sdk vault vault/api vault/sdk yamux
github.com/hpcloud: tail
github.com/huandu: xstrings
github.com/iancoleman: strcase orderedmap
github.com/ianlancetaylor: demangle
github.com/imdario: mergo
github.com/inconshreveable: mousetrap
github.com/influxdata: influxdb line-protocol
github.com/itchyny: gojq
github.com/jackc: pgconn pgio pgpassfile pgproto3 pgservicefile pgtype pgx puddle
github.com/jessevdk: go-flags
github.com/jinzhu: copier gorm inflection now
github.com/jmespath: go-jmespath
github.com/jmoiron: sqlx
github.com/joho: godotenv
github.com/jonboulle: clockwork
github.com/josharian: intern
github.com/jpillora: backoff
github.com/json-iterator: go
github.com/julienschmidt: httprouter
github.com/kballard: go-shellquote
github.com/kelseyhightower: envconfig
github.com/kisielk: errcheck gotool
github.com/klauspost: compress cpuid pgzip
github.com/knadh: koanf
github.com/kr: fs logfmt pretty pty text
github.com/kylelemons: godebug
github.com/labstack: echo gommon
github.com/leodido: go-urn
github.com/lestrrat-go: jwx
github.com/lib: pq
github.com/libp2p: go-libp2p
github.com/lucasb-eyer: go-colorful
github.com/magiconair: properties
github.com/mailru: easyjson
github.com/manifoldco: promptui
github.com/Masterminds: goutils semver sprig squirrel
github.com/mattn: go-colorable go-ieproxy go-isatty go-runewidth go-shellwords go-sqlite3
github.com/matttproud: golang_protobuf_extensions
github.com/mgutz: ansi
github.com/mholt: archiver
github.com/microcosm-cc: bluemonday
github.com/Microsoft: go-winio hcsshim
github.com/miekg: dns pkcs11
github.com/minio: minio-go sha256-simd md5-simd
github.com/mitchellh: cli colorstring copystructure go-homedir go-testing-interface go-wordwrap mapstructure reflectwalk hashstructure
github.com/moby: buildkit locker moby patternmatcher spdystream sys/mountinfo term
github.com/modern-go: concurrent reflect2
github.com/montanaflynn: stats
github.com/morikuni: aec
github.com/muesli: reflow termenv
github.com/munnerz: goautoneg
github.com/mwitkow: go-conntrack
github.com/nats-io: jwt nats-server nats.go nkeys nuid
github.com/ncruces: go-strftime
github.com/nxadm: tail
github.com/oklog: run ulid
github.com/olekukonko: tablewriter
github.com/onsi: ginkgo gomega
github.com/open-policy-agent: opa
github.com/opencontainers: go-digest image-spec runc runtime-spec selinux
github.com/opentracing: opentracing-go
github.com/openzipkin: zipkin-go
github.com/ory: dockertest
github.com/pascaldekloe: goe
github.com/patrickmn: go-cache
github.com/pelletier: go-toml
github.com/peterbourgon: diskv
github.com/pierrec: lz4
github.com/pkg: browser diff errors profile sftp xattr
github.com/pmezard: go-difflib
github.com/pquerna: cachecontrol otp
github.com/prometheus: alertmanager client_golang client_model common procfs prometheus
github.com/rabbitmq: amqp091-go
github.com/rcrowley: go-metrics
github.com/redis: go-redis
github.com/rivo: tview uniseg
github.com/robfig: cron
github.com/rogpeppe: fastuuid go-internal
github.com/rs: cors xid zerolog
github.com/russross: blackfriday
github.com/ryanuber: columnize go-glob
github.com/sagikazarmark: locafero
github.com/samber: lo
github.com/santhosh-tekuri: jsonschema
github.com/satori: go.uuid
github.com/sclevine: agouti
github.com/sean-: seed
github.com/segmentio: kafka-go asm encoding ksuid
github.com/sergi: go-diff
github.com/shirou: gopsutil
github.com/Shopify: sarama
github.com/IBM: sarama
github.com/shopspring: decimal
github.com/shurcooL: sanitized_anchor_name httpfs vfsgen
github.com/sigstore: cosign rekor sigstore fulcio
github.com/sirupsen: logrus
github.com/skratchdot: open-golang
github.com/smartystreets: assertions goconvey
github.com/sony: gobreaker sonyflake
github.com/sourcegraph: conc
github.com/spaolacci: murmur3
github.com/spf13: afero cast cobra jwalterweatherman pflag viper
github.com/stoewer: go-strcase
github.com/streadway: amqp
github.com/stretchr: objx testify
github.com/subosito: gotenv
github.com/swaggo: swag gin-swagger files
github.com/syndtr: goleveldb gocapability
github.com/tdewolff: minify parse
github.com/testcontainers: testcontainers-go
github.com/tidwall: gjson match pretty sjson
github.com/tinylib: msgp
github.com/tmc: grpc-websocket-proxy
github.com/twitchyliquid64: golang-asm
github.com/uber: jaeger-client-go jaeger-lib
github.com/uber-go: tally
github.com/ugorji: go
github.com/ulikunitz: xz
github.com/urfave: cli negroni
github.com/valyala: bytebufferpool fasthttp fasttemplate
github.com/vektah: gqlparser
github.com/vishvananda: netlink netns
github.com/vmihailenco: msgpack tagparser
github.com/vmware: govmomi
github.com/xanzy: go-gitlab ssh-agent
github.com/xdg-go: pbkdf2 scram stringprep
github.com/xeipuuv: gojsonpointer gojsonreference gojsonschema
github.com/xi2: xz
github.com/xiang90: probing
github.com/xlab: treeprint
github.com/xo: terminfo
github.com/yuin: goldmark gopher-lua
github.com/zclconf: go-cty
go.etcd.io: bbolt etcd etcd/api etcd/client
go.mongodb.org: mongo-driver
go.mozilla.org: pkcs7 sops
go.opencensus.io: go.opencensus.io
go.opentelemetry.io: contrib otel proto/otlp
go.starlark.net: go.starlark.net
go.uber.org: atomic automaxprocs dig fx goleak mock multierr ratelimit zap
golang.org/x: arch crypto exp image lint mobile mod net oauth2 perf sync sys telemetry term text time tools tour vuln xerrors
gonum.org/v1: gonum plot
google.golang.org: api appengine genproto grpc protobuf
gopkg.in: check.v1 errgo.v2 fsnotify.v1 gcfg.v1 inf.v0 ini.v1 mail.v2 mgo.v2 natefinch/lumberjack.v2 square/go-jose.v2 src-d/go-git.v4 tomb.v1 warnings.v0 yaml.v2 yaml.v3
gorm.io: driver/mysql driver/postgres driver/sqlite gorm
gotest.tools: gotestsum v3
helm.sh: helm
honnef.co/go: tools
istio.io: api client-go istio
k8s.io: api apiextensions-apiserver apimachinery apiserver client-go cloud-provider code-generator component-base cri-api gengo klog kube-aggregator kube-openapi kubectl kubernetes metrics utils
knative.dev: pkg serving
lukechampine.com: uint128 blake3
modernc.org: cc libc mathutil memory sqlite strutil token
mvdan.cc: gofumpt sh
rsc.io: binaryregexp pdf qr quote sampler
sigs.k8s.io: apiserver-network-proxy controller-runtime controller-tools gateway-api json kind kustomize structured-merge-diff yaml
`;
