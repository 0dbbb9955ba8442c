/* The sentences for faults, one table. A fault may carry what was found and what was expected, so each kind has up to four forms;
 * the fullest that can be filled is taken. What is a fault is decided where it is found. */
#include "fault_text.h"
#include "phrase.h"
#include <assert.h>
#include <string.h>

struct forms {
    struct gs_words both;     /* found and expected are known */
    struct gs_words found;    /* only found */
    struct gs_words expected; /* only expected */
    struct gs_words plain;    /* every kind has this one */
};

static const struct forms forms[GS_FAULT_KINDS] = {
    [GS_FAULT_REQUIRED] = {.expected = {{"此项必填：{expected}。", "This is required: {expected}."}},
                           .plain = {{"此项必填。", "This is required."}}},
    [GS_FAULT_UNKNOWN_FIELD] = {.both = {{"没有“{found}”这一项；是否指“{expected}”？",
                                          "There is no \"{found}\" here; did you mean \"{expected}\"?"}},
                                .found = {{"没有“{found}”这一项。", "There is no \"{found}\" here."}},
                                .plain = {{"没有这一项。", "There is no such field here."}}},
    [GS_FAULT_TYPE] = {.both = {{"应为{expected}，收到的是{found}。", "This must be {expected}; it is {found}."}},
                       .expected = {{"应为{expected}。", "This must be {expected}."}},
                       .plain = {{"类型不对。", "This is of the wrong type."}}},
    [GS_FAULT_TOO_LONG] = {.expected = {{"太长，最多 {expected} 个字符。",
                                         "This is too long: at most {expected} characters."}},
                           .plain = {{"太长。", "This is too long."}}},
    [GS_FAULT_TOO_MANY] = {.both = {{"共 {found} 个，最多 {expected} 个。",
                                     "There are {found}; at most {expected} can be."}},
                           .expected = {{"最多 {expected} 个。", "There can be at most {expected}."}},
                           .plain = {{"太多。", "There are too many."}}},
    [GS_FAULT_FORMAT] = {.both = {{"“{found}”的写法不对，应写作 {expected}。",
                                   "\"{found}\" is not written as it should be: {expected}."}},
                         .found = {{"“{found}”的写法不对。", "\"{found}\" is not written as it should be."}},
                         .expected = {{"写法不对，应写作 {expected}。",
                                       "This is not written as it should be: {expected}."}},
                         .plain = {{"写法不对。", "This is not written as it should be."}}},
    [GS_FAULT_LENGTH] = {.both = {{"共 {found} 位，应为 {expected} 位。",
                                   "It has {found} characters; it must have {expected}."}},
                         .expected = {{"应为 {expected} 位。", "It must have {expected} characters."}},
                         .plain = {{"长度不对。", "The length is wrong."}}},
    [GS_FAULT_ALPHABET] =
        {.both = {{"不能有“{found}”；可用：{expected}。", "\"{found}\" cannot stand here; expected {expected}."}},
         .found = {{"不能有“{found}”。", "\"{found}\" cannot stand here."}},
         .expected = {{"有不允许的字符；可用：{expected}。", "A character cannot stand here; expected {expected}."}},
         .plain = {{"有不允许的字符。", "A character cannot stand here."}}},
    [GS_FAULT_CHECK_DIGIT] =
        {.both = {{"校验位应为 {expected}，收到的是 {found}；请核对有没有抄错。",
                   "The check digit should be {expected} but is {found}: please check for a typing error."}},
         .expected = {{"校验位应为 {expected}；请核对有没有抄错。",
                       "The check digit should be {expected}: please check for a typing error."}},
         .plain = {{"校验位不对；请核对有没有抄错。", "The check digit is wrong: please check for a typing error."}}},
    [GS_FAULT_RANGE] =
        {.both = {{"{found} 超出范围，应在 {expected} 之内。", "{found} is out of range; expected {expected}."}},
         .found = {{"{found} 超出范围。", "{found} is out of range."}},
         .expected = {{"超出范围，应在 {expected} 之内。", "This is out of range; expected {expected}."}},
         .plain = {{"超出范围。", "This is out of range."}}},
    [GS_FAULT_CHOICE] = {.both = {{"“{found}”不在可选值之中：{expected}。",
                                   "\"{found}\" is not one of the choices: {expected}."}},
                         .expected = {{"可选值：{expected}。", "The choices are: {expected}."}},
                         .plain = {{"不在可选值之中。", "This is not one of the choices."}}},
    [GS_FAULT_REPEATED] = {.found = {{"“{found}”重复了。", "\"{found}\" is given twice."}},
                           .plain = {{"重复了。", "This is given twice."}}},
    [GS_FAULT_NO_SUCH_DATE] = {.found = {{"没有 {found} 这一天。", "There is no such day as {found}."}},
                               .plain = {{"没有这一天。", "There is no such day."}}},
    [GS_FAULT_NO_SUCH_WINDOW] = {.both = {{"没有“{found}”这个时段；有：{expected}。",
                                           "There is no window \"{found}\"; there are: {expected}."}},
                                 .found = {{"没有“{found}”这个时段。", "There is no window \"{found}\"."}},
                                 .plain = {{"没有这个时段。", "There is no such window."}}},
    [GS_FAULT_NO_SUCH_SLOT] = {.both = {{"没有从 {found} 开始的预约时间；可选：{expected}。",
                                         "No slot starts at {found}; slots start at {expected}."}},
                               .found = {{"没有从 {found} 开始的预约时间。", "No slot starts at {found}."}},
                               .plain = {{"没有从这时开始的预约时间。", "No slot starts then."}}},
    [GS_FAULT_NOT_ALLOWED] = {.both = {{"您的角色不能用“{found}”，只能用“{expected}”。",
                                        "Your role may not use \"{found}\" here, only \"{expected}\"."}},
                              .found = {{"您的角色不能用“{found}”。", "Your role may not use \"{found}\" here."}},
                              .expected = {{"对“{expected}”不能填这一项；可逐个时段设置。",
                                            "This may not be set for \"{expected}\"; set it window by window."}},
                              .plain = {{"您的角色不能填这一项。", "Your role may not set this."}}},
    [GS_FAULT_NOT_BEFORE] = {.both = {{"{found} 太早，不能早于 {expected}。",
                                       "{found} is too early: it cannot be before {expected}."}},
                             .plain = {{"这个时间太早。", "This time is too early."}}},
    [GS_FAULT_NOT_AFTER] = {.both = {{"{found} 太晚，不能晚于 {expected}。",
                                      "{found} is too late: it cannot be after {expected}."}},
                            .plain = {{"这个时间太晚。", "This time is too late."}}},
    [GS_FAULT_EMPTY] = {.plain = {{"写了名称却没有值；请写上值，或不写这一项。",
                                   "This is named without a value: give it one, or leave it out."}}},
    [GS_FAULT_SAME_AS] = {.expected = {{"不能与 {expected} 相同。", "This must not be the same as {expected}."}},
                          .plain = {{"不能与另一项相同。", "This must not be the same as another."}}},
    [GS_FAULT_CONFIG] = {.plain = {{"配置不正确。", "This is wrong with the configuration."}}},
    [GS_FAULT_NOT_LISTED] =
        {.both = {{"配置 {expected} 不允许 {found}。", "{expected} of the configuration does not let it be {found}."}},
         .expected = {{"配置 {expected} 不允许。", "{expected} of the configuration does not let it."}},
         .plain = {{"配置不允许。", "The configuration does not let it."}}},
    [GS_FAULT_NO_SUCH_NAME] = {.found = {{"没有名为“{found}”的令牌、用户或设备。",
                                          "No token, user or device is named \"{found}\"."}},
                               .plain = {{"没有这个名称。", "There is no such name."}}},
    [GS_FAULT_TOO_SHORT] =
        {.expected = {{"太短：至少要 {expected} 个字符（空格、点和横线不算）；若知道是哪一天，"
                       "请加上 date，那样更短也可以。",
                       "This is too short: at least {expected} characters are needed (blanks, dots and "
                       "hyphens do not count); with a date, fewer will do."}},
         .plain = {{"太短。", "This is too short."}}},
};

static const char *best_form(const struct forms *f, bool found, bool expected, enum gs_lang lang)
{
    if (found && expected && f->both.text[lang] != NULL) {
        return f->both.text[lang];
    }
    if (expected && f->expected.text[lang] != NULL) {
        return f->expected.text[lang];
    }
    if (found && f->found.text[lang] != NULL) {
        return f->found.text[lang];
    }
    return f->plain.text[lang];
}

void gs_fault_text(const struct gs_fault *fault, enum gs_lang lang, struct gs_buf *out)
{
    bool types = fault->kind == GS_FAULT_TYPE;
    struct gs_phrase_arg args[] = {
        {"found", types ? gs_type_words(fault->found, lang) : fault->found},
        {"expected", types ? gs_type_words(fault->expected, lang) : fault->expected},
    };
    assert((int)fault->kind >= 0 && fault->kind < GS_FAULT_KINDS);
    gs_phrase(out, best_form(&forms[fault->kind], fault->found[0] != '\0', fault->expected[0] != '\0', lang), args,
              sizeof args / sizeof args[0]);
}
