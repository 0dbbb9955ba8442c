/* What is wrong with a request that is no HTTP, in both languages. Whoever reads the bytes says it in English, as logs have it; here it is
 * found again, and nothing else is known of it. */
#include "http_faults.h"
#include <string.h>

static const struct gs_words faults[] = {
    {{"只支持 HTTP/1.1", "only HTTP/1.1 is spoken here"}},
    {{"请求行的格式应为：方法、目标、HTTP/1.1，之间各空一格",
      "the request line is not: method, target, HTTP/1.1, with one space between"}},
    {{"请求目标过长", "the target is too long"}},
    {{"请求目标必须以 / 开头", "only targets that begin with / are served"}},
    {{"路径中有不允许的字节或转义", "the path has a byte or an escape that is not allowed"}},
    {{"查询部分有必须转义的字节", "the query has a byte that must be escaped"}},
    {{"请求行没有以方法开头", "the request line does not begin with a method"}},
    {{"没有这个方法", "no such method"}},
    {{"请求行缺少 HTTP 版本", "the request line has no HTTP version"}},
    {{"有的头部折成了两行", "a header is folded over two lines"}},
    {{"头部行的格式应为：名称、冒号、值", "a header line is not: name, colon, value"}},
    {{"头部的值里有控制字符", "a header's value has a control byte"}},
    {{"Content-Length 出现了两次", "Content-Length is given twice"}},
    {{"Content-Length 不是数字", "Content-Length is not a number"}},
    {{"Transfer-Encoding 出现了两次", "Transfer-Encoding is given twice"}},
    {{"Transfer-Encoding 只能是 chunked，且只出现一次", "Transfer-Encoding must be chunked, once and alone"}},
    {{"传输编码只支持 chunked", "no transfer coding but chunked is understood"}},
    {{"Host 出现了两次", "Host is given twice"}},
    {{"Host 不是主机名（可带端口）", "Host is not a host name with an optional port"}},
    {{"缺少 Host", "Host is missing"}},
    {{"Content-Length 与 Transfer-Encoding 不能并用", "Content-Length and Transfer-Encoding exclude each other"}},
    {{"Expect 只支持 100-continue", "no expectation but 100-continue is understood"}},
    {{"正文过大", "the body is too large"}},
    {{"请求行过长", "the request line is too long"}},
    {{"有一行过长", "a line is too long"}},
    {{"有一行没有以 CR LF 结尾", "a line does not end with CR LF"}},
    {{"头部过多", "there are too many headers"}},
    {{"分块没有以十六进制长度开头", "a chunk does not begin with its size in hexadecimal digits"}},
    {{"分块的附加内容比正文所允许的还多", "the body has more framing than data may have"}},
    {{"分块的长度与所写的不符", "a chunk is not as long as it says"}},
    {{"尾部字段过多", "there are too many trailers"}},
    {{"这么大的正文只接受已知身份的客户端", "a body as large is taken only from one who is known"}},
    {{"请求迟迟没有收全", "the request took too long to arrive"}},
    {{"此端口使用 TLS，地址应以 https:// 开头", "TLS is spoken here: the address begins with https://"}},
};

/* A line that was not understood says nothing of the language either. */
static const struct gs_words either = {{"HTTP 请求有误：{what}。Malformed HTTP request: {other}.",
                                        "HTTP 请求有误：{what}。Malformed HTTP request: {other}."}};

const char *gs_http_fault(const char *what, enum gs_lang lang)
{
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        if (strcmp(faults[i].text[GS_LANG_EN], what) == 0) {
            return faults[i].text[lang];
        }
    }
    return what;
}

const struct gs_words *gs_http_fault_in_both(void)
{
    return &either;
}
