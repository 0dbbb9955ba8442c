#!/usr/bin/env python3
"""Writes a file as a C array: embed.py INPUT OUTPUT."""
import json
import sys

with open(sys.argv[1], encoding="utf-8") as source:
    data = json.dumps(json.load(source), ensure_ascii=False, separators=(",", ":")).encode("utf-8")
with open(sys.argv[2], "w", encoding="ascii") as out:
    out.write('#include "openapi.h"\n\nconst char gs_openapi_text[] = {\n')
    for at in range(0, len(data), 20):
        out.write("    " + " ".join("%d," % (b if b < 128 else b - 256) for b in data[at:at + 20]) + "\n")
    out.write("    0};\nconst size_t gs_openapi_len = sizeof gs_openapi_text - 1;\n")
