/* The sentences of events in two languages, by type and by what the event carries, and the clauses that say why. Words in braces are
 * filled in by event_text.c. */
#include "event_words.h"
#include "gateslot/core/event.h"
#include <string.h>

/* Of several for one type the first whose member is there. */
static const struct {
    enum gs_event_type type;
    const char *member; /* of data; NULL: always */
    struct gs_words words;
} sentences[] = {
    {GS_EV_BOOKED, NULL, {{"已预约 {to}{why}。", "Booked for {to}{why}."}}},
    {GS_EV_WAITLISTED,
     "from",
     {{"原定 {from}的名额因容量调整被取消，转为候补第 {position} 位，先于其他候补。",
       "Lost its place at {from}{why}; it waits at position {position}, before all who never had a place."}}},
    {GS_EV_WAITLISTED,
     "waitlist_position",
     {{"列入候补，第 {position} 位{why}。", "Put on the waitlist at position {position}{why}."}}},
    {GS_EV_WAITLISTED, NULL, {{"列入候补。", "Put on the waitlist."}}},
    {GS_EV_PROMOTED, NULL, {{"候补成功，排到 {to}{why}。", "Moved up from the waitlist to {to}{why}."}}},
    {GS_EV_MOVED, NULL, {{"由系统从 {from}调到 {to}{why}。", "Moved by the scheduler from {from} to {to}{why}."}}},
    {GS_EV_CHANGED, "changed", {{"已修改：{changed}。", "Changed: {changed}."}}},
    {GS_EV_CHANGED, NULL, {{"预约内容已修改。", "Details were changed."}}},
    {GS_EV_RESCHEDULED, "to", {{"由 {from}改期到 {to}{why}。", "Rescheduled from {from} to {to}{why}."}}},
    {GS_EV_RESCHEDULED,
     NULL,
     {{"按新的要求继续候补，第 {position} 位{why}。", "Waits on under the new request, at position {position}{why}."}}},
    {GS_EV_DELAYED, NULL, {{"报延误，由 {from}改到 {to}{why}。", "A delay was reported: from {from} to {to}{why}."}}},
    {GS_EV_CANCELLED, "from", {{"已取消，{from}的名额已释放。", "Cancelled; its place at {from} is free again."}}},
    {GS_EV_CANCELLED, NULL, {{"已取消候补。", "Cancelled while it waited."}}},
    {GS_EV_EXPIRED, NULL, {{"候补到期，没有排上。", "Expired on the waitlist without a place."}}},
    {GS_EV_NO_SHOW,
     NULL,
     {{"截至 {at} 未到，按爽约处理，{from}的名额已释放。",
       "Had not come by {at}: a no-show, and its place at {from} is free again."}}},
    {GS_EV_ARRIVED, NULL, {{"已到闸口。", "Arrived at the gate."}}},
    {GS_EV_ENTERED, NULL, {{"已入场。", "Entered the yard."}}},
    {GS_EV_CLEARED, NULL, {{"海关已放行。", "Released by customs."}}},
    {GS_EV_DEPARTED, NULL, {{"已离场。", "Departed."}}},
    {GS_EV_REFUSED,
     "from",
     {{"闸口拒绝入场，{from}的名额已释放。", "Refused at the gate; its place at {from} is free again."}}},
    {GS_EV_REFUSED, NULL, {{"闸口拒绝入场。", "Refused at the gate."}}},
    {GS_EV_REVERTED,
     NULL,
     {{"撤销上一步：由“{before}”退回“{status}”。", "The last step was taken back: from {before} to {status}."}}},
    {GS_EV_REINSTATED,
     NULL,
     {{"撤销爽约：车已到闸口，排到 {to}。",
       "The no-show was taken back: its truck is at the gate and has a place at {to}."}}},
    {GS_EV_CORRECTED,
     NULL,
     {{"{step}时间由 {happened_before} 更正为 {happened}。",
       "The time of its {step} was put right: {happened}, not {happened_before}."}}},
    {GS_EV_CAPACITY_CHANGED,
     "at_risk",
     {{"{date} {window}：前面时段还有 {inside} 辆车在场内，{at_risk} 个名额可能受影响。",
       "{window} on {date}: {inside} trucks of earlier windows are still inside, which may cost {at_risk} places."}}},
    {GS_EV_CAPACITY_CHANGED,
     NULL,
     {{"{date} {window} 的容量由 {number_before} 改为 {number_after}。",
       "Capacity of {window} on {date} changed from {number_before} to {number_after}."}}},
    {GS_EV_CONFIG_RELOADED,
     "options",
     {{"配置已重新载入：{options}。调整 {moved}，转候补 {waitlisted}，候补转正 {promoted}。",
       "The configuration was reloaded: {options}. Moved {moved}, waitlisted {waitlisted}, promoted {promoted}."}}},
    {GS_EV_CONFIG_RELOADED, NULL, {{"配置已重新载入。", "The configuration was reloaded."}}},
    {GS_EV_STRIKE_RECORDED,
     "count",
     {{"{plate} 记爽约一次，现为第 {count} 次（上限 {limit} 次）。",
       "A missed appointment of {plate} was counted: {count} of {limit}."}}},
    {GS_EV_STRIKE_RECORDED, NULL, {{"记爽约一次。", "A missed appointment was counted."}}},
    {GS_EV_STRIKE_EXCUSED,
     NULL,
     {{"{plate} 的这次爽约免计，现计 {count} 次（上限 {limit} 次）。",
       "This missed appointment of {plate} was excused: {count} of {limit} count now."}}},
    {GS_EV_TOKEN_CREATED, NULL, {{"令牌 {name} 已创建。", "Token {name} was created."}}},
    {GS_EV_CLOCK_REFUSED,
     NULL,
     {{"时钟从 {clock_from} 跳到 {clock_to}，未予采用：在改正或主管确认之前不作任何决定。",
       "The clock leapt from {clock_from} to {clock_to} and is not followed: nothing is decided until it is right "
       "again or a "
       "supervisor accepts the leap."}}},
    {GS_EV_CLOCK_ACCEPTED,
     NULL,
     {{"主管已确认时钟从 {clock_from} 调到 {clock_to}。",
       "A supervisor accepted that the clock went from {clock_from} to {clock_to}."}}},
    {GS_EV_GATE_CHECKED,
     "plate",
     {{"闸口查验 {plate}：{decision}（{checked}）。", "Checked at the gate as {plate}: {decision} ({checked})."}}},
    {GS_EV_GATE_CHECKED,
     NULL,
     {{"闸口查验：{decision}（{checked}）。", "Checked at the gate: {decision} ({checked})."}}},
    {GS_EV_TOKEN_REVOKED, NULL, {{"令牌 {name} 已吊销。", "Token {name} was revoked."}}},
    {GS_EV_STORE_RESTORED,
     NULL,
     {{"数据库被恢复，编号从新的起点继续。", "The store was put back; its numbers go on from a new beginning."}}},
    {GS_EV_USER_CREATED, NULL, {{"用户 {name} 已创建。", "User {name} was created."}}},
    {GS_EV_USER_CHANGED, "changed", {{"用户 {name} 已修改：{changed}。", "User {name} was changed: {changed}."}}},
    {GS_EV_USER_DISABLED, NULL, {{"用户 {name} 已停用。", "User {name} was disabled."}}},
    {GS_EV_USER_ENABLED, NULL, {{"用户 {name} 已恢复使用。", "User {name} was enabled again."}}},
    {GS_EV_USER_CONFIRMED, NULL, {{"用户 {name} 已确认。", "User {name} was confirmed."}}},
    {GS_EV_USER_DELETED, NULL, {{"用户 {name} 已删除。", "User {name} was deleted."}}},
    {GS_EV_SESSION_OPENED, NULL, {{"{name} 已登录。", "{name} logged in."}}},
    {GS_EV_SESSION_CLOSED, NULL, {{"{name} 已退出。", "{name} logged out."}}},
    {GS_EV_SESSION_REFUSED, "name", {{"{name} 登录失败 {count} 次。", "Refused logins as {name}: {count}."}}},
    {GS_EV_SESSION_PAIRED,
     NULL,
     {{"设备 {name} 凭 {actor} 给出的配对码接入。", "Device {name} was paired by a code of {actor}."}}},
    {GS_EV_SESSION_PERSON, NULL, {{"{name} 在设备上以 PIN 表明身份。", "{name} showed by a PIN to be at the device."}}},
    {GS_EV_DEVICE_REVOKED, NULL, {{"设备 {name} 已吊销。", "Device {name} was revoked."}}},
    {GS_EV_SESSION_REFUSED, NULL, {{"登录失败 {count} 次。", "Refused logins: {count}."}}},
    {GS_EV_TOKEN_CONFIRMED, NULL, {{"令牌 {name} 已确认。", "Token {name} was confirmed."}}},
    {GS_EV_WEBHOOK_CREATED, NULL, {{"Webhook {name} 已创建。", "Webhook {name} was created."}}},
    {GS_EV_WEBHOOK_CHANGED,
     "changed",
     {{"Webhook {name} 已修改：{changed}。", "Webhook {name} was changed: {changed}."}}},
    {GS_EV_WEBHOOK_DISABLED, NULL, {{"Webhook {name} 已停用：{off}。", "Webhook {name} was disabled: {off}."}}},
    {GS_EV_WEBHOOK_ENABLED, NULL, {{"Webhook {name} 已恢复使用。", "Webhook {name} was enabled again."}}},
    {GS_EV_WEBHOOK_DELETED, NULL, {{"Webhook {name} 已删除。", "Webhook {name} was deleted."}}},
    {GS_EV_REMINDER,
     NULL,
     {{"提前 {minutes} 分钟提醒：预约的时间是 {place}。",
       "Reminder, {minutes} minutes ahead: it is booked for {place}."}}},
    {GS_EV_EXPIRING,
     NULL,
     {{"仍在候补，第 {position} 位；到 {expires} 还没有排上，候补即到期。",
       "It still waits, at position {position}, and expires at {expires} if it gets no place."}}},
};

static const struct gs_words reasons[GS_WHYS] = {
    [GS_WHY_NONE] = {{"", ""}},
    [GS_WHY_BALANCED] = {{"，在可接受的时段中那里最空", ", the least booked of what it accepts"}},
    [GS_WHY_PREFERRED] = {{"，正是所选的时间", ", the start it asked for"}},
    [GS_WHY_NEAREST] = {{"，是离所选 {preferred} 最近的空位", ", the nearest free to the {preferred} it asked for"}},
    [GS_WHY_MOVES] = {{"，为此调整了 {moves} 个可调整的预约", "; to make room, other bookings were moved: {moves}"}},
    [GS_WHY_WALK_IN] = {{"，现场登记", ", as a walk-in"}},
    [GS_WHY_STANDBY] = {{"，在闸口等到了空位", ", as it stood by at the gate"}},
    [GS_WHY_NEXT] = {{"，是其后第一个有空位的时间", ", the next slot with room"}},
    [GS_WHY_MADE_ROOM] = {{"，为预约 {cause} 腾出位置", ", to make room for booking {cause}"}},
    [GS_WHY_SETTLED] = {{"，属前一晚的统一均衡", ", when the day was settled the evening before"}},
    [GS_WHY_CAPACITY] = {{"，因容量有调整", ", because capacity was changed"}},
    [GS_WHY_FULL] = {{"，因为可接受的时段都已约满", ": all that it accepts is full"}},
};

static const struct {
    const char *member;
    struct gs_words words;
} members[] = {
    {"plate", {{"车牌", "plate"}}},
    {"plate_colour", {{"车牌颜色", "plate colour"}}},
    {"trailer_plate", {{"挂车号牌", "trailer plate"}}},
    {"containers", {{"箱号", "containers"}}},
    {"driver", {{"司机", "driver"}}},
    {"declaration_no", {{"报关单号", "declaration number"}}},
    {"reference", {{"客户单号", "reference"}}},
    {"role", {{"角色", "role"}}},
    {"language", {{"语言", "language"}}},
    {"password", {{"密码", "password"}}},
    {"pin", {{"PIN", "PIN"}}},
    {"url", {{"地址", "URL"}}},
    {"backend", {{"所属后端", "backend"}}},
    {"types", {{"事件类型", "types"}}},
    {"secret", {{"密钥", "secret"}}},
};

static const struct gs_words offs[GS_WEBHOOK_OFFS] = {
    [GS_WEBHOOK_ON] = {{"", ""}},
    [GS_WEBHOOK_OFF_BY_HAND] = {{"人工操作", "by hand"}},
    [GS_WEBHOOK_OFF_GONE] = {{"接收方答复 410，不再接收", "its receiver answered 410, it wants no more"}},
    [GS_WEBHOOK_OFF_FAILING] = {{"有一条消息 3 天未能送达", "a message could not be delivered for 3 days"}},
    [GS_WEBHOOK_OFF_RESTORED] = {{"数据库被恢复，须重新启用", "the store was put back, so it has to be enabled anew"}},
};

/* "" for a cause that is none. */
const char *gs_event_webhook_off(const char *cause, enum gs_lang lang)
{
    for (int i = 0; cause != NULL && i < GS_WEBHOOK_OFFS; i++) {
        if (strcmp(gs_webhook_off_name((enum gs_webhook_off)i), cause) == 0) {
            return offs[i].text[lang];
        }
    }
    return "";
}

static const struct {
    enum gs_exception rule;
    struct gs_words words;
} exceptions[] = {
    {GS_EXCEPTION_CUTOFF, {{"预约截止时间", "the cutoff"}}},
    {GS_EXCEPTION_QUOTA, {{"企业限额", "the company's quota"}}},
    {GS_EXCEPTION_SUSPENDED, {{"暂停预约", "the suspension"}}},
};

const char *gs_event_exception(const char *rule, enum gs_lang lang)
{
    for (size_t i = 0; i < sizeof exceptions / sizeof exceptions[0]; i++) {
        if (strcmp(gs_exception_name(exceptions[i].rule), rule) == 0) {
            return exceptions[i].words.text[lang];
        }
    }
    return rule;
}

static const struct {
    enum gs_step step;
    struct gs_words words;
} steps[] = {
    {GS_STEP_ARRIVE, {{"到达", "arrival"}}}, {GS_STEP_ENTER, {{"入场", "entry"}}},
    {GS_STEP_CLEAR, {{"放行", "release"}}},  {GS_STEP_DEPART, {{"离场", "departure"}}},
    {GS_STEP_REFUSE, {{"拒绝", "refusal"}}},
};

const char *gs_event_step(const char *step, enum gs_lang lang)
{
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        if (strcmp(gs_step_name(steps[i].step), step) == 0) {
            return steps[i].words.text[lang];
        }
    }
    return step;
}

const char *gs_event_template(const char *type, bool (*has)(const void *self, const char *member), const void *self,
                              enum gs_lang lang)
{
    for (size_t i = 0; i < sizeof sentences / sizeof sentences[0]; i++) {
        if (strcmp(gs_event_type_name(sentences[i].type), type) == 0 &&
            (sentences[i].member == NULL || has(self, sentences[i].member))) {
            return sentences[i].words.text[lang];
        }
    }
    return NULL;
}

const char *gs_event_why(const char *why, enum gs_lang lang)
{
    for (int i = 1; i < GS_WHYS; i++) {
        if (strcmp(gs_why_name((enum gs_why)i), why) == 0) {
            return reasons[i].text[lang];
        }
    }
    return "";
}

const char *gs_event_member(const char *member, enum gs_lang lang)
{
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        if (strcmp(members[i].member, member) == 0) {
            return members[i].words.text[lang];
        }
    }
    return member;
}
