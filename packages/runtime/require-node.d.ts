/** Ends the process where Node is too old; sets up the compile cache and the young heap. Called before anything else. */
export function requireNode(): void;
