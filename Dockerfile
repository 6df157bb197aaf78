# The server's image: API and worker, without the embedded engines and the demo model.

FROM node:20-slim AS web
WORKDIR /app
COPY scripts/setup scripts/setup
COPY schema.graphql ./
COPY web web
RUN scripts/setup web

FROM python:3.11-slim AS packages
WORKDIR /app
COPY scripts/setup scripts/setup
COPY pyproject.toml requirements-server.lock README.md LICENSE ./
COPY api/rota api/rota
RUN scripts/setup --server python

FROM python:3.11-slim
RUN useradd --system --uid 10001 --create-home rota
WORKDIR /app
COPY --from=packages /app /app
COPY --from=web /app/api/rota/http/static api/rota/http/static
ENV PATH=/app/.venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
USER rota
EXPOSE 8000
CMD ["rota", "serve"]
