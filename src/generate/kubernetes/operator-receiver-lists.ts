import type { IHTTPConfig } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1alpha1/HTTPConfig";
import type { IReceiver } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1alpha1/Receiver";
import type { ISafeAuthorization } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/SafeAuthorization";
import type { ISigv4 } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/Sigv4";

/** Keys of Alertmanager with their names in the operator's API; a key that ends in `_file` becomes a secret's key. */
type Keys<Name extends PropertyKey> = Readonly<Record<string, Name>>;

type Lists = Exclude<keyof IReceiver, "name">;
type KeysOf<List extends Lists> =
  NonNullable<IReceiver[List]> extends readonly (infer Item)[] ? Keys<keyof Item> : never;
type Row = { [List in Lists]: { readonly list: List; readonly keys: KeysOf<List> } }[Lists];

const common = { send_resolved: "sendResolved", http_config: "httpConfig" } as const;

/** Lists of Alertmanager that the operator's API has (as of 0.93), with their names and keys there. */
export const operatorLists: ReadonlyMap<string, Row> = new Map<string, Row>([
  [
    "webhook_configs",
    {
      list: "webhookConfigs",
      keys: { ...common, url: "url", url_file: "urlSecret", max_alerts: "maxAlerts", timeout: "timeout" },
    },
  ],
  [
    "slack_configs",
    {
      list: "slackConfigs",
      keys: {
        ...common,
        channel: "channel",
        api_url_file: "apiURL",
        username: "username",
        icon_emoji: "iconEmoji",
        icon_url: "iconURL",
        image_url: "imageURL",
        thumb_url: "thumbURL",
        link_names: "linkNames",
        mrkdwn_in: "mrkdwnIn",
        callback_id: "callbackId",
        title: "title",
        title_link: "titleLink",
        text: "text",
        fallback: "fallback",
        color: "color",
        pretext: "pretext",
        footer: "footer",
        fields: "fields",
        short_fields: "shortFields",
        timeout: "timeout",
      },
    },
  ],
  [
    "pagerduty_configs",
    {
      list: "pagerdutyConfigs",
      keys: {
        ...common,
        routing_key_file: "routingKey",
        service_key_file: "serviceKey",
        url: "url",
        severity: "severity",
        component: "component",
        group: "group",
        class: "class",
        source: "source",
        description: "description",
        client: "client",
        client_url: "clientURL",
        details: "details",
      },
    },
  ],
  [
    "opsgenie_configs",
    {
      list: "opsgenieConfigs",
      keys: {
        ...common,
        api_key_file: "apiKey",
        api_url: "apiURL",
        priority: "priority",
        tags: "tags",
        responders: "responders",
        message: "message",
        description: "description",
        source: "source",
        entity: "entity",
        note: "note",
        actions: "actions",
        details: "details",
        update_alerts: "updateAlerts",
      },
    },
  ],
  [
    "email_configs",
    {
      list: "emailConfigs",
      keys: {
        send_resolved: "sendResolved",
        to: "to",
        from: "from",
        hello: "hello",
        smarthost: "smarthost",
        auth_username: "authUsername",
        auth_password_file: "authPassword",
        auth_secret_file: "authSecret",
        auth_identity: "authIdentity",
        require_tls: "requireTLS",
        force_implicit_tls: "forceImplicitTLS",
        headers: "headers",
        html: "html",
        text: "text",
      },
    },
  ],
  [
    "msteams_configs",
    {
      list: "msteamsConfigs",
      keys: { ...common, webhook_url_file: "webhookUrl", title: "title", summary: "summary", text: "text" },
    },
  ],
  [
    "msteamsv2_configs",
    {
      list: "msteamsv2Configs",
      keys: { ...common, webhook_url_file: "webhookURL", title: "title", text: "text" },
    },
  ],
  [
    "discord_configs",
    {
      list: "discordConfigs",
      keys: {
        ...common,
        webhook_url_file: "apiURL",
        title: "title",
        message: "message",
        content: "content",
        username: "username",
        avatar_url: "avatarURL",
      },
    },
  ],
  [
    "sns_configs",
    {
      list: "snsConfigs",
      keys: {
        ...common,
        api_url: "apiURL",
        sigv4: "sigv4",
        topic_arn: "topicARN",
        target_arn: "targetARN",
        phone_number: "phoneNumber",
        subject: "subject",
        message: "message",
        attributes: "attributes",
      },
    },
  ],
  [
    "telegram_configs",
    {
      list: "telegramConfigs",
      keys: {
        ...common,
        api_url: "apiURL",
        bot_token_file: "botToken",
        chat_id: "chatID",
        message_thread_id: "messageThreadID",
        message: "message",
        disable_notifications: "disableNotifications",
        parse_mode: "parseMode",
      },
    },
  ],
  [
    "pushover_configs",
    {
      list: "pushoverConfigs",
      keys: {
        ...common,
        user_key_file: "userKey",
        token_file: "token",
        title: "title",
        message: "message",
        url: "url",
        url_title: "urlTitle",
        device: "device",
        sound: "sound",
        priority: "priority",
        retry: "retry",
        expire: "expire",
        ttl: "ttl",
        html: "html",
        monospace: "monospace",
      },
    },
  ],
  [
    "webex_configs",
    {
      list: "webexConfigs",
      keys: { ...common, api_url: "apiURL", room_id: "roomID", message: "message" },
    },
  ],
  [
    "victorops_configs",
    {
      list: "victoropsConfigs",
      keys: {
        ...common,
        api_key_file: "apiKey",
        api_url: "apiUrl",
        routing_key: "routingKey",
        message_type: "messageType",
        entity_display_name: "entityDisplayName",
        state_message: "stateMessage",
        monitoring_tool: "monitoringTool",
        custom_fields: "customFields",
      },
    },
  ],
  [
    "wechat_configs",
    {
      list: "wechatConfigs",
      keys: {
        ...common,
        api_secret_file: "apiSecret",
        api_url: "apiURL",
        corp_id: "corpID",
        agent_id: "agentID",
        to_user: "toUser",
        to_party: "toParty",
        to_tag: "toTag",
        message: "message",
        message_type: "messageType",
      },
    },
  ],
  [
    "rocketchat_configs",
    {
      list: "rocketchatConfigs",
      keys: {
        ...common,
        api_url: "apiURL",
        channel: "channel",
        token_file: "token",
        token_id_file: "tokenID",
        color: "color",
        title: "title",
        title_link: "titleLink",
        text: "text",
        emoji: "emoji",
        icon_url: "iconURL",
        image_url: "imageURL",
        thumb_url: "thumbURL",
        link_names: "linkNames",
        fields: "fields",
        short_fields: "shortFields",
        actions: "actions",
      },
    },
  ],
]);

const httpKeys: Keys<keyof IHTTPConfig> = {
  authorization: "authorization",
  proxy_url: "proxyURL",
  follow_redirects: "followRedirects",
  enable_http2: "enableHttp2",
};
const authorizationKeys: Keys<keyof ISafeAuthorization> = { type: "type", credentials_file: "credentials" };
const sigv4Keys: Keys<keyof ISigv4> = {
  region: "region",
  profile: "profile",
  role_arn: "roleArn",
  external_id: "externalId",
  use_fips_sts_endpoint: "useFIPSSTSEndpoint",
};

/** Keys of objects inside an integration, by the key that holds them. */
export const operatorObjects: ReadonlyMap<string, Keys<PropertyKey>> = new Map<string, Keys<PropertyKey>>([
  ["http_config", httpKeys],
  ["authorization", authorizationKeys],
  ["sigv4", sigv4Keys],
]);
