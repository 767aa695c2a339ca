"""What the road is measured beside: the least code that buys, decodes, shrinks and stores the same pictures.

http.client for the call, Pillow for the picture, boto3 for the store; no database, no broker, nothing kept on the way.
"""

import base64
import http.client
import io
import json
import os
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any, Final
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from PIL import Image

WIDTHS: Final = (1024, 640, 320)  # the copies of a 1024 px picture (studio/pictures.py)
THREADS: Final = (os.cpu_count() or 1) + 1  # as many as a worker has for pictures
ASKED: Final = {
    "model": "sandbox",
    "prompt": "A stoneware cup on a sunlit breakfast table",
    "size": "1024x1024",
    "quality": "medium",
    "output_format": "png",
    "background": "auto",
    "n": 1,
}


def bought_and_stored(*, previews: int = 2) -> float:
    """The seconds of one whole picture."""
    began = time.perf_counter()
    stored(bought(previews=previews))
    return time.perf_counter() - began


def at_once(count: int) -> list[float]:
    """So many whole pictures in as many threads."""
    with ThreadPoolExecutor(count) as pool:
        return [done.result() for done in [pool.submit(bought_and_stored) for _ in range(count)]]


def bought(*, previews: int) -> bytes:
    """One call; the picture that came last."""
    at = urlsplit(os.environ["OPENAI_BASE_URL"])
    line = http.client.HTTPConnection(str(at.hostname), at.port, timeout=60)
    asked = {**ASKED, **({"stream": True, "partial_images": previews} if previews else {})}
    headers = {"Authorization": "Bearer sandbox", "Content-Type": "application/json"}
    line.request("POST", f"{at.path}/images/generations", json.dumps(asked), headers)
    answer = line.getresponse().read()
    line.close()
    if not previews:
        return base64.b64decode(json.loads(answer)["data"][0]["b64_json"])
    last = answer[answer.rindex(b"\ndata: ") + 7 :]
    return base64.b64decode(json.loads(last)["b64_json"])


def stored(data: bytes) -> None:
    """Decoded, three copies made of it, all four put."""
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        copies = [_copy(image, width) for width in WIDTHS]
    key = f"bare/{uuid.uuid4()}"
    _put(f"{key}.png", data, "image/png")
    for width, copy in zip(WIDTHS, copies, strict=True):
        _put(f"{key}-{width}.webp", copy, "image/webp")


def pictures_a_second(pictures: list[bytes]) -> float:
    """Decodes, shrinks and stores what is there already."""
    began = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(stored, pictures))
    return len(pictures) / (time.perf_counter() - began)


def _copy(image: Image.Image, width: int) -> bytes:
    out = io.BytesIO()
    height = round(image.height * width / image.width)
    image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2).save(out, "WEBP", quality=82, method=2)
    return out.getvalue()


def _put(key: str, data: bytes, content_type: str) -> None:
    _client().put_object(Bucket=os.environ["S3_BUCKET"], Key=key, Body=data, ContentType=content_type)


@cache
def _client() -> Any:
    return boto3.client(
        "s3",
        endpoint_url=os.environ["S3_ENDPOINT_URL"],
        region_name=os.environ["S3_REGION"],
        config=Config(signature_version="s3v4", s3={"addressing_style": "path"}, max_pool_connections=32),
    )
