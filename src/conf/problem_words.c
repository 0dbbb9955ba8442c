/* Puts a problem of the configuration into Chinese. Problems are made in English, which is what logs hold; here each is recognised by its
 * English form, in which "{}" stands for what was found or expected. What is not recognised stays as it is. */
#include "gateslot/base/text.h"
#include "gateslot/conf/conf.h"
#include <stdio.h>
#include <string.h>

enum { DEPTH_MAX = 4, HOLES_MAX = 6, TEXT_MAX = 640 };

/* In each pair the holes come in the same order. The more particular forms stand first. */
static const struct {
    const char *en, *zh;
} forms[] = {
    /* what was expected */
    {"an integer from {} to {} without quotes", "{} 至 {} 的整数（不加引号）"},
    {"an integer from {} to {}", "{} 至 {} 的整数"},
    {"true or false without quotes", "true 或 false（不加引号）"},
    {"true or false", "true 或 false"},
    {"a text of {} to {} bytes", "{} 至 {} 字节的文字"},
    {"a time HH:MM from 00:00 to {}", "00:00 至 {} 的时刻 HH:MM"},
    {"a date YYYY-MM-DD that exists", "存在的日期 YYYY-MM-DD"},
    {"mon, tue, wed, thu, fri, sat or sun", "mon、tue、wed、thu、fri、sat、sun 之一"},
    {"backend, gate, supervisor, display or metrics", "backend、gate、supervisor、display、metrics 之一"},
    {"another user", "其他用户"},
    {"[a-z0-9][a-z0-9._-]* of at most {} characters, not daemon or gateslotd",
     "[a-z0-9][a-z0-9._-]*，最多 {} 个字符，且不是 daemon 或 gateslotd"},
    {"at most {} bytes without colon, comma and slash", "最多 {} 字节，不含冒号、逗号、斜线"},
    {"a list", "列表"},
    {"a mapping", "映射（键: 值）"},
    {"an IANA name that the system knows, such as Asia/Shanghai", "系统认识的 IANA 时区名，如 Asia/Shanghai"},
    {"an IANA name that the system knows", "系统认识的 IANA 时区名"},
    {"a socket or nothing there", "套接字，或该处没有文件"},
    {"unix:/absolute/path, http://HOST:PORT or https://HOST:PORT with a numeric host or localhost",
     "unix:/绝对路径，或 http://主机:端口、https://主机:端口（主机为数字地址或 localhost）"},
    {"a port from 1 to 65535 at the end: http://HOST:PORT or https://HOST:PORT",
     "末尾为 1 至 65535 的端口：http://主机:端口 或 https://主机:端口"},
    {"/absolute/path of a file", "文件的 /绝对路径"},
    {"both certificate and key", "certificate 与 key 都给出"},
    {"tls.certificate and tls.key", "给出 tls.certificate 和 tls.key"},
    {"the server's own first", "从服务器自己的证书开始"},
    {"the key usage serverAuth", "含 serverAuth 用途的证书"},
    {"one without a passphrase", "不带口令的私钥"},
    {"PEM with -----BEGIN CERTIFICATE-----", "含 -----BEGIN CERTIFICATE----- 的 PEM"},
    {"PEM with -----BEGIN PRIVATE KEY-----", "含 -----BEGIN PRIVATE KEY----- 的 PEM"},
    {"SHA256 or better", "SHA256 或更强"},
    {"EC or RSA", "EC 或 RSA"},
    {"0600 or 0640", "0600 或 0640"},
    {"at least {}", "至少 {}"},
    {"sqlite:/absolute/path or postgresql://HOST1,HOST2/DATABASE",
     "sqlite:/绝对路径，或 postgresql://HOST1,HOST2/DATABASE"},
    {"postgresql://HOST/DATABASE", "postgresql://HOST/DATABASE"},
    {"/absolute/path of a directory", "目录的 /绝对路径"},
    {"letters, digits, \".\", \"_\" and \"-\", a letter or digit first", "字母、数字、“.”“_”“-”，以字母或数字开头"},
    {"1: a store in a file is one copy", " 1：文件中的数据库只有一份"},
    {"an address, or ADDRESS/BITS with at least 1 bit, of IPv4 or IPv6",
     "IPv4 或 IPv6 的地址，或 地址/位数（至少 1 位）"},
    {"a regular file", "普通文件"},
    {"a text: {}", "文字：{}"},
    {"a text", "文字"},
    {"the end of the file", "文件到此结束"},
    {"none", "没有这类字符"},
    {"start, end and capacity for a new one", "新时段须有 start、end 和 capacity"},
    {"start, end, capacity or closed", "start、end、capacity 或 closed"},
    {"both from and to", "from 与 to 都给出"},
    {"exactly one of date and weekday", "date 与 weekday 只能有一个"},
    {"date, or from and to", "date，或 from 与 to"},
    {"date, weekday, or from and to", "date、weekday，或 from 与 to"},
    {"a later time; 24:00 is the day's end", "更晚的时刻；24:00 为当日结束"},
    {"a multiple of slots.minutes, {}", "slots.minutes（{}）的倍数"},
    {"at most {}", "不超过 {}"},
    {"[a-z][a-z0-9_]* of at most {} characters", "[a-z][a-z0-9_]*，最多 {} 个字符"},
    /* what was found */
    {"the quoted text {}", "加引号的文字 {}"},
    {"the text {}", "文字 {}"},
    {"a control character, line break or mark of direction", "控制字符、换行或方向标记"},
    {"only blanks", "只有空白"},
    {"{} bytes are too long for a socket's path", "{} 字节，作为套接字路径太长"},
    {"{} bytes", "{} 字节"},
    {"{} entries", "{} 项"},
    {"a file", "文件"},
    {"a directory", "目录"},
    {"a named pipe", "命名管道"},
    {"a device", "设备"},
    /* whole problems */
    {"unknown key, did you mean {}?", "没有这个键，是否指 {}？"},
    {"unknown key, expected one of {}", "没有这个键，可用：{}"},
    {"the ordinary day has no window {}, expected {}; did you mean {}?", "平日没有时段 {}，{}；是否指 {}？"},
    {"the ordinary day has no window {}, expected {}", "平日没有时段 {}，{}"},
    {"the ordinary day has no window {}, {}", "平日没有时段 {}，{}"},
    {"larger than 1 MB ({} bytes)", "超过 1 MB（{} 字节）"},
    {"nothing is there to be closed; did you mean {}?", "没有可关闭的时段，是否指 {}？"},
    {"nothing is there to be closed", "没有可关闭的时段"},
    {"has no value, expected {}", "没有值，应为{}"},
    {"missing, expected {}", "缺少，应为{}"},
    {"root is a supervisor in any case, expected {}", "root 总是主管，应为{}"},
    {"not a user's name that can stand in the record, expected {}", "不是可记入记录的用户名，应为{}"},
    {"not a group's name, expected {}", "不是组名，应为{}"},
    {"not a name, expected {}", "不是可用的名称，应为{}"},
    {"found {}, which has a password in it: that belongs into a passfile (passfile=…, mode 0600) or a service file",
     "现为 {}，其中有口令：口令应放入口令文件（passfile=…，权限 0600）或服务文件"},
    {"found {}, which has a password in it: that belongs into a passfile or a service file",
     "现为 {}，其中有口令：口令应放入口令文件或服务文件"},
    {"found {}, which asks for a replication connection", "现为 {}，要求的是复制连接"},
    {"found {}, which has hostaddr: the hosts themselves may be given by their numbers",
     "现为 {}，其中有 hostaddr：主机本身可以写成数字地址"},
    {"found {}, which has target_session_attrs: it is always the server that takes writes",
     "现为 {}，其中有 target_session_attrs：总是连接可写的服务器"},
    {"found {}, which has client_encoding: it is always UTF8", "现为 {}，其中有 client_encoding：编码总是 UTF8"},
    {"found {}, which names no database, expected {}", "现为 {}，没有数据库名，应为{}"},
    {"found {}, which names more than 8 hosts", "现为 {}，主机超过 8 个"},
    {"found {}, which has a host or a port that is too long", "现为 {}，主机或端口太长"},
    {"found {}, which has a port that is not a number from 1 to 65535", "现为 {}，端口不是 1 至 65535 的数"},
    {"found {}, which is not of the form postgresql://HOST1,HOST2/DATABASE?…",
     "现为 {}，不是 postgresql://HOST1,HOST2/DATABASE?… 的形式"},
    {"found {}, which has more bits than its network, expected {}", "现为 {}，地址超出其网络的位数，应为{}"},
    {"found {}, {} bytes are too long for a socket's path, expected at most {}",
     "现为 {}，{} 字节，作为套接字路径太长，应不超过 {}"},
    {"found {}, expected {}; did you mean {}?", "现为 {}，应为{}；是否指 {}？"},
    {"found {}, expected {}", "现为 {}，应为{}"},
    {"found {}: {}", "现为 {}：{}"},
    {"the default {}: {}", "默认值 {}：{}"},
    {"the system's file of this time zone cannot be read, or is damaged", "系统的该时区文件无法读取或已损坏"},
    {"the system has no time zones at all; install the package tzdata", "系统没有任何时区；请安装软件包 tzdata"},
    {"the system lacks this time zone; install the package tzdata again", "系统缺少该时区；请重新安装软件包 tzdata"},
    {"window {}, {}, overlaps window {}, {}", "时段 {}（{}）与时段 {}（{}）重叠"},
    {"window {}, {}, is {} minutes long, expected {}", "时段 {}（{}）长 {} 分钟，应为{}"},
    {"window {}, {}, has {} slots of {} minutes, expected {}", "时段 {}（{}）有 {} 个 {} 分钟的时间段，应{}"},
    {"one window too many, a day has {}", "时段多一个，一日{}"},
    {"unix:{} leads to the store, sqlite:{}", "unix:{} 就是数据库 sqlite:{}"},
    {"unix:{} leads to the same place as listen[{}], unix:{}", "unix:{} 与 listen[{}]（unix:{}）是同一处"},
    {"unix:{} leads to a file that the store keeps beside it, {}", "unix:{} 是数据库旁的文件 {}"},
    {"the same address as listen[{}]", "与 listen[{}] 的地址相同"},
    {"the same number as reminders.before_minutes[{}]", "与 reminders.before_minutes[{}] 的数相同"},
    {"the same as start, expected {}", "与 start 相同，应为{}"},
    {"shares days with the range calendar[{}] in line {}", "与第 calendar[{}] 项（第 {} 行）的日期重叠"},
    {"{} has an entry already: calendar[{}] in line {}", "{} 已有条目：calendar[{}]（第 {} 行）"},
    {"says nothing, expected {}", "没有内容，应为{}"},
    {"its days are not given, expected {}", "没有给出日期，应为{}"},
    {"given without {}, expected {}", "缺少 {}，应当{}"},
    {"given beside date, expected {}", "与 date 同时给出，应为{}"},
    {"a closed window has no start, end or capacity", "关闭的时段没有 start、end、capacity"},
    {"a closed day has no windows", "关闭的日子没有时段"},
    {"there is no {} from {} to {}", "没有 {}：{} 至 {}"},
    {"{} is before from, {}", "{} 早于 from（{}）"},
    {"{} to {} are {} days, expected {}", "{} 至 {} 共 {} 天，应{}"},
    {"https needs a certificate, expected {}", "https 需要证书，应{}"},
    {"{} holds more than {} certificates", "{} 里的证书超过 {} 张"},
    {"{} holds a certificate that is damaged", "{} 里的证书已损坏"},
    {"{} holds no certificate, expected {}", "{} 里没有证书，应为{}"},
    {"{} holds no private key, expected {}", "{} 里没有私钥，应为{}"},
    {"the private key in {} is open to others (mode {}), expected {}", "私钥 {} 对其他用户开放（权限 {}），应为 {}"},
    {"the private key in {} is encrypted, expected {}", "私钥 {} 带口令，应为{}"},
    {"the private key in {} is damaged", "私钥 {} 已损坏"},
    {"the private key in {} does not belong to the certificate", "私钥 {} 与证书不匹配"},
    {"the certificate in {} is not valid before {}", "证书 {} 在 {} 之前无效"},
    {"the certificate in {} expired at {}", "证书 {} 已于 {} 过期"},
    {"the certificate in {} is signed with {}, expected {}", "证书 {} 以 {} 签名，应为 {}"},
    {"the certificate in {} is not meant for servers, expected {}", "证书 {} 不用于服务器，应为{}"},
    {"the key of the certificate in {} is weak: {} of {} bits, expected {}", "证书 {} 的密钥太弱：{} {} 位，应{}"},
    {"the key of the certificate in {} is of an unknown kind, expected {}", "证书 {} 的密钥种类未知，应为 {}"},
    {"the chain in {} is out of order: certificate {} did not sign certificate {}, expected {}",
     "证书链 {} 的顺序不对：第 {} 张没有签发第 {} 张，应{}"},
    {"{} cannot be opened: {}", "{} 无法打开：{}"},
    {"{} cannot be examined: {}", "{} 无法查看：{}"},
    {"{} cannot be read: {}", "{} 无法读取：{}"},
    {"{} is a link, expected {}", "{} 是链接，应为{}"},
    {"{} is {}, expected {}", "{} 是{}，应为{}"},
    {"given twice, first in line {}", "重复，先前在第 {} 行"},
    {"anchors are refused, found {}", "不接受锚点，现为 {}"},
    {"anchors are refused", "不接受锚点"},
    {"aliases are refused, found {}", "不接受别名，现为 {}"},
    {"aliases are refused", "不接受别名"},
    {"tags are refused, found {}", "不接受标签，现为 {}"},
    {"tags are refused", "不接受标签"},
    {"merge keys are refused", "不接受合并键"},
    {"NUL characters are refused", "不接受 NUL 字符"},
    {"not UTF-8", "不是 UTF-8"},
    {"too many values, at most {} are read", "值太多，最多 {} 个"},
    {"too many keys, at most {} are read in one mapping", "键太多，一个映射最多 {} 个"},
    {"nested too deep, at most {} levels are read", "嵌套太深，最多 {} 层"},
    {"found a list or mapping as a key, expected {}", "键是列表或映射，应为{}"},
    {"a second document is refused, expected {}", "不接受第二个文档，{}"},
    {"cannot be opened: {}", "无法打开：{}"},
    {"cannot be examined: {}", "无法查看：{}"},
    {"cannot be read: {}", "无法读取：{}"},
    {"is a directory, expected {}", "是目录，应为{}"},
    {"is not a regular file", "不是普通文件"},
    {"{} to {}", "{} 至 {}"},
    {"{} without quotes", "不加引号的 {}"},
    {"{} more problems are not shown", "另有 {} 个问题未显示"},
    {"No such file or directory", "没有那个文件"},
    {"Permission denied", "没有权限"},
};

struct held { /* what stands in a hole */
    const char *text;
    size_t len;
};

/* The literal that begins at *form, up to the next hole or the end; *form is moved behind it. */
static size_t literal(const char **form)
{
    const char *gap = strstr(*form, "{}");
    size_t len = gap != NULL ? (size_t)(gap - *form) : strlen(*form);
    *form += len;
    return len;
}

static const char *find(const char *text, size_t len, const char *part, size_t part_len)
{
    for (size_t i = 0; part_len > 0 && i + part_len <= len; i++) {
        if (memcmp(text + i, part, part_len) == 0) {
            return text + i;
        }
    }
    return NULL;
}

/* Is text of that form? Each hole takes as little as it can, but something; the last one before the end takes the rest. */
static bool fits(const char *form, const char *text, size_t len, struct held holes[HOLES_MAX])
{
    const char *end = text + len, *part = form;
    size_t count = 0, part_len = literal(&form);
    if (len < part_len || memcmp(text, part, part_len) != 0) {
        return false;
    }
    text += part_len;
    while (*form != '\0' && count < HOLES_MAX) {
        form += 2;
        part = form;
        part_len = literal(&form);
        const char *next = *form == '\0' && part_len == 0 ? end : find(text + 1, (size_t)(end - text), part, part_len);
        if (*form == '\0' && part_len > 0) { /* the last literal ends the text */
            next = (size_t)(end - text) > part_len ? end - part_len : NULL;
            next = next != NULL && memcmp(next, part, part_len) == 0 ? next : NULL;
        }
        if (text >= end || next == NULL) {
            return false;
        }
        holes[count++] = (struct held){text, (size_t)(next - text)};
        text = next + part_len;
    }
    return text == end;
}

static void say(const char *text, size_t len, int depth, char *out, size_t size);

static void fill(const char *form, const struct held *holes, int depth, char *out, size_t size)
{
    size_t used = 0;
    while (*form != '\0' && used + 1 < size) {
        const char *part = form;
        size_t len = literal(&form);
        int added = snprintf(out + used, size - used, "%.*s", (int)len, part);
        used += added > 0 && (size_t)added < size - used ? (size_t)added : 0;
        if (*form != '\0') {
            char inner[TEXT_MAX];
            say(holes->text, holes->len, depth + 1, inner, sizeof inner);
            added = snprintf(out + used, size - used, "%s", inner);
            used += added > 0 && (size_t)added < size - used ? (size_t)added : 0;
            holes++;
            form += 2;
        }
    }
}

/* What is in quotes was written by the file's author, and is never read as words of ours. */
static void say(const char *text, size_t len, int depth, char *out, size_t size)
{
    struct held holes[HOLES_MAX] = {0};
    for (size_t i = 0; i < sizeof forms / sizeof forms[0] && depth < DEPTH_MAX && len > 0 && text[0] != '"'; i++) {
        if (fits(forms[i].en, text, len, holes)) {
            fill(forms[i].zh, holes, depth, out, size);
            return;
        }
    }
    (void)snprintf(out, size, "%.*s", (int)len, text);
}

void gs_config_problem_chinese(struct gs_config_problem *problem)
{
    char message[TEXT_MAX];
    say(problem->message, strlen(problem->message), 0, message, sizeof message);
    (void)gs_text_copy(problem->message, sizeof problem->message, message);
}
