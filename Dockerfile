# Two stages: the environment is built with hashes checked; the image that runs has no compiler and no pip cache.
FROM docker.io/library/debian:12.11-slim AS build
RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends ca-certificates python3 python3-venv \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /opt/juanzong
COPY requirements/runtime.txt requirements/
RUN python3 -m venv .venv \
 && .venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check --no-deps --require-hashes -r requirements/runtime.txt
COPY pyproject.toml README.md ./
COPY cli cli
COPY desk desk
COPY dossier dossier
COPY index index
COPY ingest ingest
COPY ocr ocr
COPY vault vault
COPY web web
RUN .venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation --editable .

FROM docker.io/library/debian:12.11-slim
RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends ca-certificates python3 tini \
      tesseract-ocr tesseract-ocr-eng tesseract-ocr-chi-sim tesseract-ocr-chi-tra poppler-utils bubblewrap \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --create-home --home-dir /var/lib/juanzong juanzong
COPY --from=build /opt/juanzong /opt/juanzong
ENV PATH=/opt/juanzong/.venv/bin:$PATH JUANZONG_HOME=/var/lib/juanzong/home LANG=C.UTF-8
USER 10001
ENTRYPOINT ["tini", "--", "juanzong"]
CMD ["doctor"]
