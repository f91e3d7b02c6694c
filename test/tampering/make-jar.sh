#!/bin/sh
# Two Java archives, one of them signed: make-jar.sh ROOT.
set -eu
root=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$root/app/lib"
pack() { # ARTIFACT VERSION
  meta=$work/$1/META-INF/maven/org.example/$1
  mkdir -p "$meta" "$work/$1/org/example"
  printf 'groupId=org.example\nartifactId=%s\nversion=%s\n' "$1" "$2" > "$meta/pom.properties"
  printf '<project><modelVersion>4.0.0</modelVersion><groupId>org.example</groupId><artifactId>%s</artifactId><version>%s</version></project>\n' \
    "$1" "$2" > "$meta/pom.xml"
  printf 'no real class, which nobody loads\n' > "$work/$1/org/example/Alpha.class"
  (cd "$work/$1" && jar --create --file "$root/app/lib/$1.jar" .)
}
pack alpha 1.9
pack signed 1.9
keytool -genkeypair -alias a -keyalg RSA -dname CN=a -storepass secret -keypass secret -keystore "$work/keys" 2> "$work/log"
jarsigner -keystore "$work/keys" -storepass secret "$root/app/lib/signed.jar" a > "$work/log" 2>&1
