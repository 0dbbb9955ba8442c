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
    [GS_WEBHOOK_TLS] = {{"TLS 失败：证书无效或不受信任，或对方不支持 TLS 1.2 以上。",
                         "TLS failed: the certificate is not valid or not trusted, or TLS 1.2 is not spoken there."}},
    [GS_WEBHOOK_BROKEN] = {{"连接中断，或答复不是 HTTP。", "The connection broke, or what came was no HTTP."}},
};

void gs_webhook_text(enum gs_webhook_result result, int32_t status, enum gs_lang lang, struct gs_buf *out)
{
    char number[16];
    (void)snprintf(number, sizeof number, "%d", (int)status);
    const struct gs_phrase_arg args[] = {{"status", number}};
    gs_phrase(out, results[result].text[lang], args, 1);
}
