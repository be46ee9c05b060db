/** Paths inside the exporter's image. The Dockerfile has the same. */
export const paths = {
  config: "/etc/model-quality-exporter",
  /** Folder of the tokens of events by HTTP. */
  events: "/etc/model-quality-exporter-events",
  /** Folder of the web config, and of the files that it names. */
  web: "/etc/model-quality-exporter-web",
  state: "/var/lib/model-quality-exporter",
  /** Logs that the containers of a pod share; relative patterns start here. */
  logs: "/var/log/models",
  /** Output of all containers of a node. */
  podLogs: "/var/log/pods",
} as const;

/** Port of the exporter. */
export const port = 9877;

/** Name of the port: at most 15 characters, and unlike the ports of model servers. */
export const portName = "model-quality";

/** User that the image runs as: a number, since Kubernetes cannot tell whether a name is root. */
export const userId = 10001;
