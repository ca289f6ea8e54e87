import type Docker from "dockerode";

export interface ContainerOptions {
  readonly name: string;
  readonly image: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Networks that it joins, the first one at start. */
  readonly networks: readonly string[];
  readonly command?: readonly string[];
  readonly binds?: readonly string[];
  /** Container port that is published on a free port of 127.0.0.1. */
  readonly publish?: number;
  /** False for what is not ours. */
  readonly isRestricted?: boolean;
}

/** Starts a container; ours get a read-only root and no capability, as the documentation advises. */
export async function runContainer(docker: Docker, options: ContainerOptions): Promise<Docker.Container> {
  const { name, image, env = {}, networks, command, binds = [], publish, isRestricted = true } = options;
  const port = `${publish}/tcp`;
  const [first = "none", ...others] = networks;
  const container = await docker.createContainer({
    name,
    Image: image,
    Env: Object.entries(env).map(([key, value]) => `${key}=${value}`),
    ...(command && { Cmd: [...command] }),
    ...(publish && { ExposedPorts: { [port]: {} } }),
    HostConfig: {
      NetworkMode: first,
      Binds: [...binds],
      ...(publish && { PortBindings: { [port]: [{ HostIp: "127.0.0.1", HostPort: "" }] } }),
      ...(isRestricted && { ReadonlyRootfs: true, CapDrop: ["ALL"], SecurityOpt: ["no-new-privileges"] }),
    },
  });
  for (const network of others) await docker.getNetwork(network).connect({ Container: container.id });
  await container.start();
  return container;
}

/** Runs a shell script in an image without network or writable root, and gives what it wrote. */
export async function runScript(
  docker: Docker,
  image: string,
  script: string,
  binds: readonly string[] = [],
): Promise<string> {
  const container = await docker.createContainer({
    Image: image,
    Entrypoint: ["sh"],
    Cmd: ["-c", script],
    Tty: true,
    HostConfig: { NetworkMode: "none", ReadonlyRootfs: true, Binds: [...binds] },
  });
  await container.start();
  await container.wait();
  const text = await logsOf(container);
  await container.remove({ v: true });
  return text;
}

/** A network of the engine; an internal one has no way out. */
export async function createNetworks(docker: Docker, networks: Readonly<Record<string, boolean>>): Promise<void> {
  for (const [Name, Internal] of Object.entries(networks)) await docker.createNetwork({ Name, Internal });
}

/** Where a published port is on this machine. */
export async function publishedPort(container: Docker.Container, port: number): Promise<number> {
  const { NetworkSettings } = await container.inspect();
  return Number(NetworkSettings.Ports[`${port}/tcp`]?.[0]?.HostPort);
}

/** Address of a container in one of its networks. */
export async function addressIn(container: Docker.Container, network: string): Promise<string> {
  const { NetworkSettings } = await container.inspect();
  return NetworkSettings.Networks[network]?.IPAddress ?? "";
}

/** Everything that a container has written, both streams together. */
export async function logsOf(container: Docker.Container): Promise<string> {
  return String(await container.logs({ stdout: true, stderr: true, follow: false }));
}

/** Runs a program in the container: what it wrote, and its exit code. */
export async function execIn(
  container: Docker.Container,
  command: readonly string[],
): Promise<{ readonly code: number; readonly output: string }> {
  const exec = await container.exec({ Cmd: [...command], AttachStdout: true, AttachStderr: true, Tty: true });
  const stream = await exec.start({ Tty: true });
  let output = "";
  for await (const chunk of stream) output += chunk;
  return { code: (await exec.inspect()).ExitCode ?? -1, output };
}

/** The state of its HEALTHCHECK. */
export async function healthOf(container: Docker.Container): Promise<string> {
  return (await container.inspect()).State.Health?.Status ?? "none";
}
