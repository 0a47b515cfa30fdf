# mcp-hub has no authentication of its own: keep it on a private network.
ARG NODE_IMAGE=node:22-bookworm-slim
FROM ${NODE_IMAGE}
RUN npm install --global mcp-hub@4.2.1
USER 65532:65532
EXPOSE 37373
STOPSIGNAL SIGTERM
ENTRYPOINT ["mcp-hub", "--port", "37373", "--config", "/etc/mcp-hub/mcp-hub.json", "--watch"]
