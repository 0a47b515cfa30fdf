# The agent's tools in an image. Give the image that your agents run in as BASE_IMAGE.
ARG BASE_IMAGE=debian:bookworm-slim
FROM ${BASE_IMAGE}
RUN command -v curl && command -v jq || { apt-get update && apt-get install -y --no-install-recommends ca-certificates curl jq && rm -rf /var/lib/apt/lists/*; }
COPY bin/ /usr/local/bin/
COPY . /opt/agent/
RUN id -u agent 2>/dev/null || useradd -m -u 10001 agent
USER 10001
WORKDIR /home/agent
CMD ["bash"]
