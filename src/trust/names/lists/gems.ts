/** Well-known packages of RubyGems, without an order. Written by hand. */
export const GEM_NAMES = `
actioncable actionmailbox actionmailer actionpack actiontext actionview active_model_serializers active_record_query_trace activeadmin
activejob activemodel activerecord activerecord-import activeresource activestorage activesupport acts-as-taggable-on acts_as_list addressable
airbrake annotate ansi arel ast attr_encrypted authlogic autoprefixer-rails awesome_print aws-eventstream aws-partitions aws-sdk
aws-sdk-core aws-sdk-dynamodb aws-sdk-ec2 aws-sdk-kms aws-sdk-s3 aws-sdk-sns aws-sdk-sqs aws-sigv4 axiom-types babel-source babel-transpiler
backports barby base64 bcrypt bcrypt_pbkdf benchmark benchmark-ips better_errors better_html bigdecimal bindata binding_of_caller bootsnap
bootstrap bootstrap-sass bourbon brakeman browser builder bullet bundler bundler-audit byebug cancancan capistrano capistrano-bundler
capistrano-rails capistrano-rbenv capistrano-rvm capybara capybara-screenshot carrierwave chargebee chef childprocess chronic
chunky_png ckeditor climate_control cocaine cocoapods cocoapods-core cocoon codeclimate-test-reporter coderay coercible coffee-rails
coffee-script coffee-script-source colored colored2 colorize commander compass concurrent-ruby connection_pool countries cover_me coveralls
crack crass css_parser csv cucumber cucumber-core cucumber-expressions cucumber-gherkin cucumber-rails cucumber-wire daemons dalli
danger data_mapper database_cleaner database_cleaner-active_record date debug debug_inspector declarative declarative-option
descendants_tracker deep_merge default_value_for delayed_job delayed_job_active_record descriptive_statistics devise devise-jwt
devise-two-factor devise_invitable diff-lcs diffy digest digest-crc discordrb docile docker-api dogstatsd-ruby domain_name doorkeeper
dotenv dotenv-rails dragonfly draper drb dry-configurable dry-container dry-core dry-inflector dry-initializer dry-logic dry-monads
dry-schema dry-struct dry-types dry-validation elasticsearch elasticsearch-api elasticsearch-model elasticsearch-rails elasticsearch-transport
em-http-request em-websocket email_spec equalizer erb erb_lint erubi erubis et-orbi ethon eventmachine excon execjs exifr expgen
factory_bot factory_bot_rails factory_girl factory_girl_rails faker faraday faraday-em_http faraday-excon faraday-follow_redirects
faraday-multipart faraday-net_http faraday-retry faraday_middleware fast_blank fast_jsonapi fastimage fastlane fasterer feedjira
ffi ffi-compiler figaro filewatcher fission flamegraph flipper flipper-active_record flipper-ui fluentd fog fog-aws fog-core fog-google
fog-json fog-xml fontawesome-rails font-awesome-rails foreman formatador formtastic formulaic friendly_id fugit fuubar geocoder
get_process_mem gherkin gibbon git gitlab globalid gon google-api-client google-apis-core google-cloud-core google-cloud-env
google-cloud-errors google-cloud-storage google-protobuf googleauth grape grape-entity grape-swagger graphiql-rails graphql graphql-client
groupdate grpc guard guard-compat guard-livereload guard-rspec haml haml-rails haml_lint hamlit hana hanami has_scope hashdiff hashery
hashie highline hike hiredis hirb holidays honeybadger html2haml htmlbeautifier htmlentities http http-accept http-cookie http-form_data
http_parser.rb httparty httpclient httpi i18n i18n-js i18n-tasks ice_cube ice_nine image_processing importmap-rails inflecto influxdb inherited_resources
io-console io-like irb jaro_winkler jbuilder jekyll jekyll-feed jekyll-paginate jekyll-sass-converter jekyll-seo-tag jekyll-sitemap
jekyll-watch jmespath jquery-rails jquery-ui-rails jruby-openssl js_regex jsbundling-rails json json-jwt json-schema json_schemer json_spec
jsonapi-serializer jwt kaminari kaminari-activerecord kaminari-core karafka kgio knife-solo kramdown kramdown-parser-gfm
language_server-protocol launchy leaflet-rails letter_opener letter_opener_web libv8 libxml-ruby lint_roller liquid liquid-c listen
llhttp-ffi lockbox logger logging lograge logstash-logger loofah lookbook lumberjack mail mailcatcher mailgun-ruby marcel maruku
matrix maxminddb memoist memoizable memory_profiler mercenary method_source mime-types mime-types-data mimemagic mini_histogram
mini_magick mini_mime mini_portile2 mini_racer minitest minitest-reporters mixlib-cli mixlib-config mixlib-log mixlib-shellout mocha money
money-rails mongo mongoid monetize moneta msgpack multi_json multi_test multi_xml multipart-post mustache mustermann mutex_m mysql2 naught
nanaimo nap nenv neat nested_form net-http net-http-digest_auth net-http-persistent net-imap net-ldap net-pop net-protocol net-scp net-sftp
net-smtp net-ssh net-ssh-gateway net-telnet netrc newrelic_rpm nio4r nokogiri nokogumbo nori notiffany nprogress-rails oauth oauth2 observer octokit oj
omniauth omniauth-facebook omniauth-github omniauth-google-oauth2 omniauth-oauth omniauth-oauth2 omniauth-rails_csrf_protection
omniauth-saml openid_connect openssl opentelemetry-api opentelemetry-sdk optimist optparse orm_adapter os ostruct ox pagy
paper_trail paperclip parallel parallel_tests paranoia parser parslet pastel pathutil pdf-core pdf-reader pdfkit pg pg_search phonelib
phony pkg-config poltergeist polyglot popper_js powerpack pp prawn prawn-table premailer premailer-rails prettyprint prime
prometheus-client prometheus-client-mmap propshaft protobuf pry pry-byebug pry-doc pry-rails pry-remote psych public_suffix puma
puma_worker_killer pundit puppet puppet-lint pusher quiet_assets raabro racc rack rack-attack rack-cache rack-contrib rack-cors
rack-livereload rack-mini-profiler rack-oauth2 rack-protection rack-proxy rack-session rack-ssl rack-test rack-timeout rackup rails
rails-assets-jquery rails-controller-testing rails-deprecated_sanitizer rails-dom-testing rails-erd rails-html-sanitizer rails-i18n
rails_12factor rails_admin rails_best_practices rails_layout rails_serve_static_assets rails_stdout_logging railties rainbow rake
rake-compiler ransack raindrops rb-fsevent rb-inotify rb-kqueue rbnacl rbs rbtree rchardet rdiscount rdoc react-rails recaptcha redcarpet redis
redis-actionpack redis-activesupport redis-client redis-namespace redis-objects redis-rack redis-rails redis-store reek regexp_parser
reline remotipart representable request_store resolv-replace responders resque resque-scheduler rest-client restforce retriable retryable
reverse_markdown rexml rgeo rinku rolify rollbar ros-apartment rotp rouge roo rqrcode rqrcode_core rspec rspec-collection_matchers rspec-core
rspec-expectations rspec-its rspec-json_expectations rspec-mocks rspec-rails rspec-retry rspec-support rspec_junit_formatter rss rswag rubocop
rubocop-ast rubocop-capybara rubocop-factory_bot rubocop-minitest rubocop-performance rubocop-rails rubocop-rake rubocop-rspec ruby-debug
ruby-graphviz ruby-lsp ruby-macho ruby-ole ruby-openai ruby-prof ruby-progressbar ruby-saml ruby-vips ruby2_keywords ruby2ruby ruby_dep
ruby_parser rubygems-update rubyntlm rubyzip rufus-scheduler rugged safe_yaml safely_block sanitize sass sass-listen sass-rails sassc sassc-rails
savon sawyer scenic scout_apm scss_lint sdoc sdl2 searchkick secure_headers securerandom selenium-webdriver semantic semantic_range
sendgrid-ruby sentry-rails sentry-raven sentry-ruby sentry-sidekiq sequel serverengine serverspec sexp_processor shellany
shopify_api shoulda shoulda-context shoulda-matchers shrine sidekiq sidekiq-cron sidekiq-failures sidekiq-scheduler sidekiq-unique-jobs
signet simple_form simple_oauth simplecov simplecov-html simplecov_json_formatter simpleidn sinatra sinatra-contrib sitemap_generator skylight
slack-notifier slack-ruby-client slim slim-rails slop snaky_hash snappy sorbet sorbet-runtime specinfra spoon spree spring
spring-commands-rspec spring-watcher-listen sprockets sprockets-rails sqlite3 sshkit stackprof standard statsd-ruby stimulus-rails
store_model stringex stringio strip_attributes stripe stripe-ruby-mock strong_migrations swd swagger-blocks switch_user syslog
sys-proctable syntax_tree sysexits tailwindcss-rails temple term-ansicolor terminal-notifier terminal-table test-kitchen test-unit thin thor
thread_safe thruster tilt timecop timeliness timeout tins tomlrb trailblazer treetop trollop truncate_html tty-cursor tty-prompt tty-reader
tty-screen tty-spinner tty-table turbo-rails turbolinks turbolinks-source twilio-ruby twitter twitter-bootstrap-rails typhoeus tzinfo
tzinfo-data uber uglifier unf unf_ext unicode-display_width unicorn unicorn-worker-killer uniform_notifier unparser uri user_agent_parser uuid
uuidtools valid_email validate_email validate_url vcr view_component virtus vite_rails vite_ruby warden warden-jwt_auth wasabi web-console
webdrivers webfinger webmock webpacker webrick websocket websocket-driver websocket-extensions whenever wicked wicked_pdf will_paginate
wisper with_advisory_lock wkhtmltopdf-binary xcodeproj xcpretty xml-simple xmlrpc xpath yajl-ruby yard yell zeitwerk zip-zip zlib
`;
