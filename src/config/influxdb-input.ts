// Written by `npm run docs` from the schema: edits are lost.

/** The keys of influxdb. */
export type InfluxdbInput =
  | {
      /** InfluxDB 1.x, VictoriaMetrics and others that take its `/write`. */
      readonly api: "v1";
      /** The database, which must be there. */
      readonly database: string;
      /** The retention policy; by default the database's own. */
      readonly retentionPolicy?: undefined | string;
      /** The user; by default there is no login. */
      readonly username?: undefined | string;
      /** The user's password, from a variable of the environment. */
      readonly password?: undefined | SecretInput;
      /** File with the user's password, relative to the folder of the config and read at each use. */
      readonly passwordFile?: undefined | string;
      /** The address of InfluxDB, like `http://127.0.0.1:8086`. */
      readonly url: string;
      /** How often the figures are written, at multiples of it since 1970. Default `"15s"`. */
      readonly interval?: undefined | string;
      /** Further tags of all points; `instance` tells replicas apart and is the host's name by default. */
      readonly tags?:
        | undefined
        | Readonly<
            Record<
              string,
              | string
              | {
                  /** An environment variable, read when the config is loaded. */
                  readonly env: string;
                  /** The value when the variable is not set. */
                  readonly default?: undefined | string;
                }
            >
          >;
      /** Cells of confusion matrices: those of models with up to ten classes, all that occur, or none. Default `"auto"`. */
      readonly confusion?: undefined | "auto" | "nonzero" | "none";
      /** Most bytes of compressed lines that wait for the server; past it the oldest are dropped and counted. Default `67108864`, from 65536 to 4294967296. */
      readonly maxBufferedBytes?: undefined | number;
    }
  | {
      /** InfluxDB 2.x and InfluxDB Cloud. */
      readonly api: "v2";
      /** The organisation, by name or id. */
      readonly org: string;
      /** The bucket, which must be there. */
      readonly bucket: string;
      /** The token, from a variable of the environment. */
      readonly token?: undefined | SecretInput;
      /** File with the token, relative to the folder of the config and read at each use. */
      readonly tokenFile?: undefined | string;
      /** The address of InfluxDB, like `http://127.0.0.1:8086`. */
      readonly url: string;
      /** How often the figures are written, at multiples of it since 1970. Default `"15s"`. */
      readonly interval?: undefined | string;
      /** Further tags of all points; `instance` tells replicas apart and is the host's name by default. */
      readonly tags?:
        | undefined
        | Readonly<
            Record<
              string,
              | string
              | {
                  /** An environment variable, read when the config is loaded. */
                  readonly env: string;
                  /** The value when the variable is not set. */
                  readonly default?: undefined | string;
                }
            >
          >;
      /** Cells of confusion matrices: those of models with up to ten classes, all that occur, or none. Default `"auto"`. */
      readonly confusion?: undefined | "auto" | "nonzero" | "none";
      /** Most bytes of compressed lines that wait for the server; past it the oldest are dropped and counted. Default `67108864`, from 65536 to 4294967296. */
      readonly maxBufferedBytes?: undefined | number;
    }
  | {
      /** InfluxDB 3. */
      readonly api: "v3";
      /** The database. */
      readonly database: string;
      /** The token, from a variable of the environment. */
      readonly token?: undefined | SecretInput;
      /** File with the token, relative to the folder of the config and read at each use. */
      readonly tokenFile?: undefined | string;
      /** The address of InfluxDB, like `http://127.0.0.1:8086`. */
      readonly url: string;
      /** How often the figures are written, at multiples of it since 1970. Default `"15s"`. */
      readonly interval?: undefined | string;
      /** Further tags of all points; `instance` tells replicas apart and is the host's name by default. */
      readonly tags?:
        | undefined
        | Readonly<
            Record<
              string,
              | string
              | {
                  /** An environment variable, read when the config is loaded. */
                  readonly env: string;
                  /** The value when the variable is not set. */
                  readonly default?: undefined | string;
                }
            >
          >;
      /** Cells of confusion matrices: those of models with up to ten classes, all that occur, or none. Default `"auto"`. */
      readonly confusion?: undefined | "auto" | "nonzero" | "none";
      /** Most bytes of compressed lines that wait for the server; past it the oldest are dropped and counted. Default `67108864`, from 65536 to 4294967296. */
      readonly maxBufferedBytes?: undefined | number;
    };

/** The keys of secret. */
export interface SecretInput {
  /** The name of an environment variable, read at each use. */
  readonly env: string;
}
