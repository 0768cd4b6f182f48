# Kong Gateway with both plugins, each as its rock. The image takes Kong's usual settings as KONG_* variables.
#
#     docker build --tag kong-token-introspection .
#
# Of Kong Enterprise, which has an mtls-auth of its own:
#
#     docker build --tag kong-token-introspection --build-arg KONG_IMAGE=kong/kong-gateway:3.9 --build-arg ROCKSPECS=token .
ARG KONG_IMAGE=kong:3.9.1
FROM ${KONG_IMAGE}

ARG ROCKSPECS=both

USER 0
WORKDIR /tmp/plugins
COPY LICENSE kong-plugin-token-introspection-*.rockspec ./
COPY rockspecs ./rockspecs
COPY kong ./kong
RUN luarocks make kong-plugin-token-introspection-*.rockspec \
 && if [ "$ROCKSPECS" = both ]; then luarocks make rockspecs/kong-plugin-mtls-auth-*.rockspec; fi \
 && rm -rf /tmp/plugins

WORKDIR /
# Kong's own user, whose number differs between images.
# hadolint ignore=DL3066
USER kong
ENV KONG_PLUGINS=bundled,token-introspection,mtls-auth
