/* What became of an attempt to deliver to a webhook, in words that say what to look at. */
#include "webhook_text.h"
#include "phrase.h"
#include <stdio.h>

static const struct gs_words results[GS_WEBHOOK_RESULTS] = {
    [GS_WEBHOOK_DELIVERED] = {{"已送达，接收方答复 {status}。", "Delivered: its receiver answered {status}."}},
    [GS_WEBHOOK_REFUSED] = {{"接收方答复 {status}，不是 2xx。", "Its receiver answered {status}, which is not 2xx."}},
    [GS_WEBHOOK_NOT_ALLOWED] = {{"配置 webhooks.allow 不允许连接该地址（本机和内网地址须逐一列出）。",
                                 "webhooks.allow of the configuration does not let it connect to that address (one of "
                                 "this machine or of a private network must itself be listed)."}},
    [GS_WEBHOOK_NOT_FOUND] = {{"主机名解析不到地址。", "Its host's name leads to no address."}},
    [GS_WEBHOOK_NO_CONNECTION] = {{"连接不上：对方没有在监听，或网络（包括本服务单元的 IPAddressAllow）不通。",
                                   "No connection: nobody listens there, or the network (IPAddressAllow of the unit "
                                   "too) does not let it through."}},
    [GS_WEBHOOK_TIMEOUT] = {{"超时：5 秒内未连上，或 15 秒内未答复完。",
                             "Timeout: not connected within 5 seconds, or not answered within 15."}},
    [GS_WEBHOOK_TLS] = {{"TLS 握手失败：对方不是 TLS，或不支持 TLS 1.2 以上。",
                         "TLS could not be agreed on: it is not spoken there, or not of version 1.2 or later."}},
    [GS_WEBHOOK_BROKEN] = {{"连接中断，或答复不是 HTTP。", "The connection broke, or what came was no HTTP."}},
    [GS_WEBHOOK_UNTRUSTED] =
        {{"证书不受信任：不是系统所信任的机构签发的；设有 webhooks.ca_file 时，不是其中机构签发的。",
          "Its certificate is not trusted: none of the system's authorities signed it, or none "
          "of those in webhooks.ca_file where that is set."}},
    [GS_WEBHOOK_OUT_OF_DATE] = {{"证书已过期，或尚未生效。", "Its certificate has expired, or is not valid yet."}},
    [GS_WEBHOOK_OTHER_HOST] = {{"证书属于另一台主机：其中没有该网址的主机名或地址。",
                                "Its certificate is another host's: the name or address of the URL is not in it."}},
    [GS_WEBHOOK_CA_FILE] = {{"读不了配置 webhooks.ca_file 指定的文件，或其中没有 PEM 证书。",
                             "The file of webhooks.ca_file cannot be read, or holds no certificate in PEM."}},
};

void gs_webhook_text(enum gs_webhook_result result, int32_t status, enum gs_lang lang, struct gs_buf *out)
{
    char number[16];
    (void)snprintf(number, sizeof number, "%d", (int)status);
    const struct gs_phrase_arg args[] = {{"status", number}};
    gs_phrase(out, results[result].text[lang], args, 1);
}
