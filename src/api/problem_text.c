/* HTTP status, title and detail of every code, in both languages, in one table. The words in braces are filled in by problem.c. */
#include "problem.h"
#include <assert.h>

struct row {
    int status;
    struct gs_words title, detail;
};

static const struct row rows[GS_CODE_KINDS] = {
    [GS_CODE_OK] = {200, {{"成功", "Done"}}, {{"已完成。", "Done."}}},
    [GS_CODE_VALIDATION] =
        {422,
         {{"内容有误", "Something in the request is wrong"}},
         {{"有 {count} 处需要改正，逐项列于 errors。第一处（{pointer}）：{first}",
           "{count} things must be put right; errors lists them all. The first, at {pointer}: {first}"}}},
    [GS_CODE_NOT_FOUND] = {404,
                           {{"没有找到", "Not found"}},
                           {{"{what} 不存在，或者您无权查看。", "There is nothing at {what}, or you may not see it."}}},
    [GS_CODE_FORBIDDEN] = {403,
                           {{"无权操作", "Not allowed"}},
                           {{"“{what}”角色不能这样做；可以这样做的是：{other}。",
                             "The role {what} may not do this; these may: {other}."}}},
    [GS_CODE_FULL] = {409,
                      {{"已约满", "Full"}},
                      {{"可接受的时段都已约满，预约期内也没有其他空位。",
                        "All the times this request accepts are full, and so is every other day that can be booked."}}},
    [GS_CODE_DUPLICATE_PLATE] = {409,
                                 {{"该车已有预约", "This truck is already booked"}},
                                 {{"该车在这一天的同一时段已有预约。",
                                   "This truck already has a booking for that window of that day."}}},
    [GS_CODE_DUPLICATE_CONTAINER] = {409,
                                     {{"该箱已有预约", "This container is already booked"}},
                                     {{"箱号已在另一个有效预约中。",
                                       "One of the containers is on another booking that still stands."}}},
    [GS_CODE_DUPLICATE_REFERENCE] = {409,
                                     {{"该单号已有预约", "This reference is already used"}},
                                     {{"您的另一个有效预约已用了这个单号。",
                                       "Another booking of yours that still stands has this reference."}}},
    [GS_CODE_WRONG_STATE] = {409,
                             {{"当前状态不能这样做", "Not possible in this state"}},
                             {{"该预约目前的状态是“{status}”，不能{step}。",
                               "The booking's state is \"{status}\"; it cannot be {step} now."}}},
    [GS_CODE_EARLY] = {409, {{"还太早", "Too early"}}, {{"{at} 起才可以。", "This is possible from {at} on."}}},
    [GS_CODE_YARD_FULL] =
        {409,
         {{"场内已满", "The yard is full"}},
         {{"场内已有 {used} 辆车，车位共 {limit} 个。请等有车离场；主管写明理由后可以破例放入。",
           "{used} trucks are inside and there are {limit} bays. Wait until one leaves; a supervisor can "
           "make an exception and say why."}}},
    [GS_CODE_PAST_CUTOFF] =
        {422,
         {{"已过预约截止时间", "Too late to book"}},
         {{"这些时间的预约已于 {at} 截止，现在只能到闸口现场登记。",
           "Booking for these times closed at {at}; a truck can still be registered at the gate."}}},
    [GS_CODE_OUTSIDE_HORIZON] = {422,
                                 {{"这一天不在可预约日期内", "That day cannot be booked"}},
                                 {{"这一天从 {at} 起才能预约。", "That day can be booked from {at} on."}}},
    [GS_CODE_CLOSED] = {422, {{"不开放", "Closed"}}, {{"所选时间不开放。", "The site is closed at that time."}}},
    [GS_CODE_COMPANY_QUOTA] =
        {409,
         {{"已到企业限额", "The company has all it may have"}},
         {{"该企业已占 {used} 个名额（{reason}），限额为 {limit} 个；临近时仍空的名额不受此限。",
           "This company holds {used} places of the {limit} it may hold ({reason}); places still free shortly before "
           "their time are not counted."}}},
    [GS_CODE_LIVE_QUOTA] = {409,
                            {{"持有的预约已达上限", "As many bookings as may be held"}},
                            {{"已有 {used} 个车未到场的预约（含候补），上限为 {limit} 个。",
                              "There are {used} bookings whose trucks have not come yet, waiting ones too, of the "
                              "{limit} that may be held."}}},
    [GS_CODE_SUSPENDED] =
        {403,
         {{"暂停预约", "Suspended"}},
         {{"该车已有 {used} 次爽约（上限 {limit} 次），{at} 之前不能预约。",
           "This truck has {used} missed appointments, and {limit} suspend it: no booking is possible until {at}."}}},
    [GS_CODE_PLAN_OUTDATED] = {409,
                               {{"方案已过时", "The plan is out of date"}},
                               {{"方案作出之后情况已有变化，请重新试算。",
                                 "Things have changed since the plan was made; make a new one."}}},
    [GS_CODE_VERSION_MISMATCH] =
        {412,
         {{"预约已被改动", "Changed in the meantime"}},
         {{"预约在您读取之后已有改动（现为第 {version} 版），请重新读取后再改。",
           "The booking has changed since you read it (it is now at version {version}); read it again first."}}},
    [GS_CODE_TOO_LATE] = {409,
                          {{"已过时限", "Too late"}},
                          {{"只能在 {at} 之前这样做。", "This was possible until {at}."}}},
    [GS_CODE_ALREADY_DELAYED] = {409,
                                 {{"已报过延误", "A delay was already reported"}},
                                 {{"每个预约只能报一次延误。", "A delay can be reported only once for a booking."}}},
    [GS_CODE_NO_STRIKE] = {409,
                           {{"没有爽约可免", "No strike to excuse"}},
                           {{"该预约状态为“{status}”，没有记爽约，无可免计。",
                             "The booking is {status}: no missed appointment was counted for it."}}},
    [GS_CODE_ALREADY_EXCUSED] = {409,
                                 {{"爽约已免计", "Excused already"}},
                                 {{"该预约的爽约已经免计过了。",
                                   "The missed appointment of this booking was excused already."}}},
    [GS_CODE_SWITCHED_OFF] = {409,
                              {{"本中心未开通", "Not offered here"}},
                              {{"本中心没有开通这一项（配置项 {reason}）。",
                                "This site does not do this: {reason} is switched off."}}},
    [GS_CODE_NAME_TAKEN] = {409,
                            {{"名称已被使用", "The name is taken"}},
                            {{"名称 {what} 已被使用；请另取一个，令牌、用户和设备不能同名。",
                              "The name {what} is taken: tokens, users and devices share their names. Choose "
                              "another."}}},
    [GS_CODE_INVALID_JSON] = {400,
                              {{"不是有效的 JSON", "Not valid JSON"}},
                              {{"请求正文在{what}无法解析：{other}。", "The body cannot be read at {what}: {other}."}}},
    [GS_CODE_IDEMPOTENCY_KEY_MISSING] =
        {400,
         {{"缺少 Idempotency-Key", "Idempotency-Key is missing"}},
         {{"预约必须带 Idempotency-Key 头；重试时原样再发，就不会重复预约。",
           "A booking needs the header Idempotency-Key; send the same again when you retry, "
           "and nothing is booked twice."}}},
    [GS_CODE_IDEMPOTENCY_KEY_REUSED] =
        {422,
         {{"Idempotency-Key 已用过", "Idempotency-Key was used before"}},
         {{"这个 Idempotency-Key 已用于另一个内容不同的请求；新的请求请换一个。",
           "This Idempotency-Key was used with a different request; take a new one for a new request."}}},
    [GS_CODE_UNAUTHORIZED] = {401,
                              {{"需要登录或令牌", "Log in, or send a token"}},
                              {{"请先登录（POST /v1/session），或在 Authorization: Bearer 中带上令牌。",
                                "Log in first (POST /v1/session), or send a token in Authorization: Bearer."}}},
    [GS_CODE_CSRF] = {403,
                      {{"无法确认请求来自本站页面", "Not shown to come from a page of this site"}},
                      {{"以会话 Cookie 提出的修改须由本站页面发出：带上本站的 Origin 和 X-CSRF-Token。",
                        "A change asked for by a session's cookie must come from a page of this site: with its Origin "
                        "and X-CSRF-Token."}}},
    [GS_CODE_BATCH_REFUSED] = {409,
                               {{"整批未预约", "Nothing of the batch was booked"}},
                               {{"这一批要求全部预约成功，而 {what} 未能预约，因此一个也没有预约；各项原因见 items。",
                                 "All or nothing was asked for, and {what} could not be booked, so none of the batch "
                                 "was; items say why."}}},
    [GS_CODE_NOT_DONE] = {424,
                          {{"未办理", "Not done"}},
                          {{"这一项本可预约，但同一批中有别的项未能预约，因此没有办理。",
                            "This one could have been booked, but another of the same batch could not, so it was not "
                            "done."}}},
    [GS_CODE_METHOD_NOT_ALLOWED] = {405,
                                    {{"不支持这个方法", "This method is not possible here"}},
                                    {{"这里不能用 {what}；可用：{other}。",
                                      "{what} is not possible here; these are: {other}."}}},
    [GS_CODE_PRECONDITION_REQUIRED] =
        {428,
         {{"缺少 If-Match", "If-Match is missing"}},
         {{"修改预约必须带 If-Match 头，其值为读取时得到的 ETag。",
           "A change needs the header If-Match with the ETag that came with the booking."}}},
    [GS_CODE_TOO_LARGE] = {413,
                           {{"请求太大", "The request is too large"}},
                           {{"请求正文最多 64 KB（批量预约 256 KB）。",
                             "A request's body may have at most 64 KB, a batch of bookings 256 KB."}}},
    [GS_CODE_HEADERS_TOO_LARGE] = {431,
                                   {{"请求头太大", "The request's head is too large"}},
                                   {{"请求头最多 64 行、8 KB。",
                                     "A request's head may have at most 64 headers and 8 KB."}}},
    [GS_CODE_RATE_LIMITED] = {429,
                              {{"请求太频繁", "Too many requests"}},
                              {{"请稍候再试，等待的秒数见 Retry-After。",
                                "Wait as long as Retry-After says, then try again."}}},
    [GS_CODE_OVERLOADED] =
        {503,
         {{"系统繁忙", "Overloaded"}},
         {{"系统一时忙不过来，此请求没有执行。请稍候重试，等待的秒数见 Retry-After。",
           "There is more to do than can be done just now, and this was not done. Wait as long as Retry-After "
           "says, then try again."}}},
    [GS_CODE_STORAGE_FULL] = {507,
                              {{"磁盘已满", "The disk is full"}},
                              {{"磁盘空间不足，此操作没有保存，也没有生效。",
                                "There is no space on the disk: this was not stored and has no effect."}}},
    [GS_CODE_CLOCK_BACKWARDS] = {409,
                                 {{"时钟不能后退", "The clock cannot go back"}},
                                 {{"演练时钟只能往前拨，现在是 {what}。",
                                   "The drill's clock only goes forward; it shows {what}."}}},
    [GS_CODE_UNSUPPORTED_MEDIA_TYPE] = {415,
                                        {{"正文类型不对", "The body is of the wrong type"}},
                                        {{"请求正文必须是 Content-Type: application/json。",
                                          "The body must be sent with Content-Type: application/json."}}},
    [GS_CODE_CLOCK_UNTRUSTED] = {503,
                                 {{"时钟不可信", "The clock cannot be trusted"}},
                                 {{"服务器时钟突然跳变，在改正或由主管确认之前不作任何决定，此请求没有执行。",
                                   "The machine's clock leapt. Until it is right again, or a supervisor accepts the "
                                   "leap, nothing is decided, and this "
                                   "was not done."}}},
    [GS_CODE_NOT_OWNER] =
        {503,
         {{"本服务现在不受理", "This daemon does not serve now"}},
         {{"本服务处于待命，由另一个服务受理；或者它暂时不能确认数据库归它所有。此请求没有执行：请向另一个服务请求，"
           "或稍候再试。",
           "This daemon stands by for another one, or cannot be sure just now that the store is still its own. Nothing "
           "was done: ask the other one, or again in a moment."}}},
    [GS_CODE_BAD_REQUEST] = {400,
                             {{"请求无法读取", "The request cannot be read"}},
                             {{"HTTP 请求有误：{what}。", "Malformed HTTP request: {what}."}}},
    [GS_CODE_INTERNAL] = {500,
                          {{"内部错误", "Internal error"}},
                          {{"系统内部出错，请求没有完成。",
                            "Something went wrong inside; the request was not completed."}}},
    [GS_CODE_RESET] = {410,
                       {{"事件编号已重置", "The feed was reset"}},
                       {{"编号 {what} 不是本库发出的：数据库曾被恢复，{used} "
                         "之后的事件不复存在。请重新读取全部状态，再从 {limit} 之后继续。",
                         "Number {what} is none of this store's: it was put back, and what came after {used} is not in "
                         "it. Read everything "
                         "again, then go on after {limit}."}}},
};

/* The detail that names the booking in the way, of the codes that are about one. */
static const struct gs_words about_other[GS_CODE_KINDS] = {
    [GS_CODE_DUPLICATE_PLATE] = {{"{plate} 在这一天的同一时段已有预约 {id}（{when}，{status}）。",
                                  "{plate} already has booking {id} for that time ({when}, {status})."}},
    [GS_CODE_DUPLICATE_CONTAINER] = {{"其中的箱号已在预约 {id} 中（{plate}，{when}，{status}）。",
                                      "One of the containers is on booking {id} ({plate}, {when}, {status})."}},
    [GS_CODE_DUPLICATE_REFERENCE] = {{"这个单号已在您的预约 {id} 中（{plate}，{when}，{status}）。",
                                      "This reference is on your booking {id} ({plate}, {when}, {status})."}},
};

int gs_code_status(enum gs_code code)
{
    assert((int)code >= 0 && code < GS_CODE_KINDS);
    return rows[code].status;
}

const char *gs_code_title(enum gs_code code, enum gs_lang lang)
{
    assert((int)code >= 0 && code < GS_CODE_KINDS);
    return rows[code].title.text[lang];
}

const char *gs_code_detail(enum gs_code code, enum gs_lang lang)
{
    assert((int)code >= 0 && code < GS_CODE_KINDS);
    return rows[code].detail.text[lang];
}

const struct gs_words *gs_code_about_other(enum gs_code code)
{
    assert((int)code >= 0 && code < GS_CODE_KINDS);
    return about_other[code].text[0] != NULL ? &about_other[code] : NULL;
}
