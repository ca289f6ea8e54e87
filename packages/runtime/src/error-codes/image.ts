import type { ErrorKind } from "./error-kind.ts";

export const IMAGE = {
  LAYER_CORRUPT: {
    status: 422,
    retryable: false,
    exit: 4,
    likely: "the layer is truncated or damaged, or not what its media type says",
    action: "push the image again",
  },
  LIMIT_EXCEEDED: {
    status: 422,
    retryable: false,
    exit: 4,
    likely: "an image made to exhaust the scanner, or an unusually large one",
    action: "raise the limit that the message names if the image is trusted",
  },
  ARCHIVE_INVALID: {
    status: 422,
    retryable: false,
    exit: 2,
    likely: "the file is no docker or OCI archive, or is cut off",
    action: "save the image again",
  },
} as const satisfies Record<string, ErrorKind>;
