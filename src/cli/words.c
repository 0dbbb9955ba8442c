/* The client's headings and messages in both languages, one table. English headings are raised to capitals where a table is made.
 * What the daemon says (details of problems, messages of the gate) comes in the right language from there. */
#include "words.h"
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

static const struct gs_text words[W_WORDS] = {
    [W_ID] = {"id", "编号"},
    [W_DATE] = {"date", "日期"},
    [W_TIME] = {"time", "时间"},
    [W_SLOT] = {"slot", "预约时间段"},
    [W_WINDOW] = {"window", "周转时段"},
    [W_WINDOWS] = {"accepts", "可接受时段"},
    [W_STATUS] = {"status", "状态"},
    [W_PLATE] = {"plate", "车牌"},
    [W_TRAILER] = {"trailer", "挂车"},
    [W_CONTAINERS] = {"containers", "箱号"},
    [W_COMPANY] = {"company", "企业"},
    [W_DRIVER] = {"driver", "司机"},
    [W_COLOUR] = {"plate colour", "车牌颜色"},
    [W_PHONE] = {"phone", "电话"},
    [W_USCC] = {"uscc", "信用代码"},
    [W_REFERENCE] = {"reference", "客户单号"},
    [W_PRIORITY] = {"priority", "优先"},
    [W_URGENT] = {"urgent", "加急"},
    [W_DECLARATION] = {"declaration", "报关单号"},
    [W_PASS_CODE] = {"pass code", "通行码"},
    [W_ARRIVE] = {"arrive", "到达时间"},
    [W_WAITLIST_POSITION] = {"waiting as no.", "候补位次"},
    [W_WARNINGS] = {"warnings", "提示"},
    [W_CAPACITY] = {"capacity", "容量"},
    [W_SLOT_CAPACITY] = {"per slot", "每段容量"},
    [W_FREE] = {"free", "空余"},
    [W_NOTE] = {"note", "备注"},
    [W_TOTAL] = {"total", "合计"},
    [W_CLOSED] = {"closed", "关闭"},
    [W_REASON] = {"reason", "原因"},
    [W_EVENT] = {"event", "事件"},
    [W_ACTOR] = {"by", "操作者"},
    [W_FROM] = {"from", "原时段"},
    [W_TO] = {"to", "新时段"},
    [W_NAME] = {"name", "名称"},
    [W_ROLE] = {"role", "角色"},
    [W_EXPIRES] = {"expires", "有效期至"},
    [W_LAST_USED] = {"last used", "最近使用"},
    [W_PAIRED] = {"paired", "配对时间"},
    [W_PERSON] = {"person", "操作人"},
    [W_CODE_OPEN] = {"code not used yet", "配对码未用"},
    [W_PAIRING_UNTIL] = {"enter this code there; it works once, until", "请在该设备上输入此码；只能用一次，有效期至"},
    [W_CREATED] = {"created", "创建时间"},
    [W_BEFORE] = {"before", "调整前"},
    [W_AFTER] = {"after", "调整后"},
    [W_MOVED] = {"moved", "调整"},
    [W_PROMOTED] = {"promoted", "转正"},
    [W_PLAN] = {"plan", "方案"},
    [W_PLAN_NOT_DONE] = {"not carried out; exactly this plan: repeat with --plan", "尚未执行；要照此执行，请加 --plan"},
    [W_PLAN_ORDER] = {"(as few as possible; lowest priority first, then the latest booked; never who has arrived)",
                      "（人数已是最少；先普通后加急，后预约的先调整；已到达的不动）"},
    [W_IN_FORCE] = {"in force", "现值"},
    [W_NEW_VALUE] = {"new", "新值"},
    [W_NEEDS_RESTART] = {"needs a restart", "需重启才生效"},
    [W_NOTHING_CHANGES] = {"this file changes no option", "与现行配置相同，没有改动的项"},
    [W_NO_DAY_CHANGES] = {"no day's windows change, and no booking moves", "各日容量不变，不涉及任何预约"},
    [W_PREVIEW_NOT_DONE] = {"nothing was changed; a reload takes the file over: systemctl reload gateslotd",
                            "仅为预览，未作任何改动；要采用此文件，请执行 systemctl reload gateslotd"},
    [W_MORE_OPTIONS] = {"and {} more", "另有 {} 项"},
    [W_OVERSTAYING] = {"overstay", "超时滞留"},
    [W_AT_RISK] = {"at risk", "受影响"},
    [W_HELD] = {"held, no bay free", "无车位等候"},
    [W_OVERBOOKING] = {"overbooking", "超额预约"},
    [W_BOOKED] = {"booked", "已预约"},
    [W_ARRIVED] = {"arrived", "已到达"},
    [W_ENTERED] = {"entered", "已入场"},
    [W_CLEARED] = {"cleared", "已放行"},
    [W_DEPARTED] = {"departed", "已离场"},
    [W_NO_SHOW] = {"no-show", "爽约"},
    [W_CANCELLED] = {"cancelled", "已取消"},
    [W_REFUSED] = {"refused", "已拒绝"},
    [W_EXPIRED] = {"expired", "已过期"},
    [W_WAITLISTED] = {"waitlisted", "候补"},
    [W_REPORT] = {"Report of", "日报"},
    [W_HERE] = {"here", "本日报"},
    [W_BESIDE] = {"beside", "对照"},
    [W_DIFFERENCE] = {"difference", "差"},
    [W_NOT_A_REPORT] = {"not a report as --json prints it:", "不是 --json 输出的日报："},
    [W_NO_SUCH_GROUPING] = {"--by \"{}\": day, week, month, window or company was expected",
                            "--by “{}”：可选 day（日）、week（周）、month（月）、window（时段）、company（企业）"},
    [W_RANGE_REPORT] = {"Report of", "报表"},
    [W_DAYS_CLEARED] = {"days cleared", "日清天数"},
    [W_OF_DAYS] = {"of", "/"},
    [W_WITHOUT_PLACE] = {"(no place)", "（未排上）"},
    [W_LEFT_OUT] = {"without room here (--csv has all):", "列宽不足未显示（--csv 含全部）："},
    [W_DAILY_CLEARING] = {"daily clearing", "日清"},
    [W_YES] = {"yes", "是"},
    [W_NO] = {"no", "否"},
    [W_DAY_RUNS] = {"the day is not over", "当日未结束"},
    [W_ADMIT] = {"admit", "准入"},
    [W_HOLD] = {"hold", "等候"},
    [W_REJECT] = {"reject", "不予入场"},
    [W_CANDIDATES] = {"Perhaps one of these:", "可能是以下车辆："},
    [W_ALTERNATIVES] = {"Free instead:", "其他空余："},
    [W_HISTORY] = {"History:", "经过："},
    [W_BOOKING_OF_OTHER] = {"booking", "相关预约"},
    [W_UNTIL] = {"until", "截至"},
    [W_UNREACHABLE] = {"cannot reach the daemon at", "无法连接服务"},
    [W_REPEAT_WITH_KEY] = {"it may have been carried out; to ask again safely add",
                           "请求可能已生效；如需安全重试，请加上"},
    [W_TOO_MANY] = {"too many requests: wait {} s, then try again", "请求过于频繁，请等待 {} 秒后再试"},
    [W_NOTHING] = {"", ""},
    [W_HEALTH] = {"health", "状态"},
    [W_HEALTHY] = {"healthy", "正常"},
    [W_DEGRADED] = {"degraded", "异常"},
    [W_VERSION] = {"version", "版本"},
    [W_A_DRILL] = {"(a drill)", "（演练）"},
    [W_RUNS_SINCE] = {"runs since", "启动于"},
    [W_SITE_TIME] = {"site time", "中心时间"},
    [W_WALL_CLOCK] = {"wall clock", "系统时钟"},
    [W_NOT_FOLLOWED] = {"(not followed)", "（未采用）"},
    [W_CONFIGURATION] = {"configuration", "配置"},
    [W_READ_AT] = {"read", "读取于"},
    [W_LAST_RELOAD] = {"last reload", "最近重新载入"},
    [W_NONE_SINCE_START] = {"none since the start", "启动后未重新载入"},
    [W_TAKEN_OVER] = {"taken over", "已生效"},
    [W_OLD_CONFIG_STAYS] = {"refused: the old configuration stays", "未通过，沿用原配置"},
    [W_STORE] = {"store", "数据库"},
    [W_LOG] = {"log", "日志"},
    [W_EPOCH] = {"epoch", "纪元"},
    [W_ROWS] = {"rows", "记录"},
    [W_LIVE_BOOKINGS] = {"live bookings", "个在册预约"},
    [W_ARCHIVED] = {"archived", "个已归档"},
    [W_EVENTS] = {"events", "个事件"},
    [W_RESERVE] = {"reserve", "预留空间"},
    [W_COPIES] = {"copies", "数据份数"},
    [W_COPIES_HELD] = {"{} of {} promised", "{} 份，承诺 {} 份"},
    [W_ONE_COPY] = {"ONE COPY of {} promised", "只有一份（承诺 {} 份）"},
    [W_LAST_BACKUP] = {"last backup", "最近备份"},
    [W_NONE_KNOWN] = {"none is known", "无记录"},
    [W_YARD_NOW] = {"yard now", "场内现况"},
    [W_HELD_NOW] = {"held at the gate", "闸口等候"},
    [W_CONNECTIONS] = {"connections", "连接数"},
    [W_OF_STAFF] = {"of staff", "个属于工作人员"},
    [W_OF_PROGRAMS] = {"of programs", "个属于程序"},
    [W_OF_UNKNOWN] = {"unknown", "个身份未知"},
    [W_MEMORY_FOR_THEM] = {"memory held", "占用内存"},
    [W_DROPPED] = {"disconnected", "已强制断开"},
    [W_BAD_ANSWER] = {"the answer is not what the daemon should send; is this gateslotd?",
                      "应答格式不符，对方可能不是 gateslotd"},
    [W_NO_MEMORY] = {"no memory", "内存不足"},
    [W_NOT_A_DATE] = {"\"{}\" is not a date", "“{}”不是日期"},
    [W_NO_SUCH_DAY] = {"\"{}\": there is no such day", "“{}”：没有这一天"},
    [W_BEYOND_CALENDAR] = {"\"{}\" is too far away", "“{}”超出日历范围"},
    [W_ONE_DAY_EXPECTED] = {"\"{}\" is several days, and one is expected here", "“{}”是多日，此处只能写一日"},
    [W_RANGE_BACKWARDS] = {"\"{}\" ends before it begins", "“{}”的结束日早于开始日"},
    [W_DATE_FORMS] = {"  a day: 2026-11-28, 11-28, today, tomorrow, yesterday, +2d, -1d, mon",
                      "  日期可写作：2026-11-28、11-28、今天、明天、昨天、后天、前天、+2d、-1d、周一、下周一"},
    [W_RANGE_FORMS] = {"  a day: 2026-11-28, 11-28, today, tomorrow, yesterday, +2d, -1d, mon\n"
                       "  several: FROM..TO (11-28..12-04), 2026-11, this-week, last-month",
                       "  日期可写作：2026-11-28、11-28、今天、明天、昨天、后天、前天、+2d、-1d、周一、下周一\n"
                       "  多日可写作：起..止（11-28..12-04）、2026-11、本周、上月"},
    [W_CANNOT_READ] = {"cannot read", "无法读取"},
    [W_NO_BOOKING_FOR] = {"no booking found for", "没有找到预约"},
    [W_SEVERAL_BOOKINGS_FOR] = {"several bookings, name one by its id:", "有多个预约，请用编号指定："},
    [W_NOT_EXACTLY] = {"no booking is exactly \"{}\"; name one of these by its id:",
                       "没有与“{}”完全一致的预约；请用编号指定以下之一："},
    [W_REF_TOO_SHORT] = {"\"{}\" is no booking's number, and too short to look for: at least 3 characters",
                         "没有编号为“{}”的预约；要查找请至少给 3 个字符"},
    [W_IT_IS_OVER] = {"that booking is over and was put away; nothing was done:", "该预约已结束并归档，未做任何更改："},
    [W_OTHER_DAYS] = {"Other bookings:", "其他预约："},
    [W_NOTHING_FOUND] = {"nothing found", "没有记录"},
    [W_MORE_ROWS] = {"there are more; narrow the question", "还有更多记录，请缩小范围"},
    [W_LANGUAGE] = {"language", "语言"},
    [W_LAST_LOGIN] = {"last login", "上次登录"},
    [W_SESSIONS] = {"sessions", "会话"},
    [W_PASSWORD_OF] = {"password of {}, at least 10 characters: ", "{} 的密码（至少 10 个字符）："},
    [W_PIN_OF] = {"PIN of {}, 4 to 8 digits: ", "{} 的 PIN（4 至 8 位数字）："},
    [W_PIN_CHANGED] = {"has a new PIN", "PIN 已设置"},
    [W_PIN_REMOVED] = {"has no PIN any more", "PIN 已取消"},
    [W_PASSWORD_AGAIN] = {"once more: ", "再输一次："},
    [W_PASSWORDS_DIFFER] = {"the two passwords differ; nothing was done", "两次输入的密码不同，没有执行"},
    [W_PASSWORD_TOO_LONG] = {"a password has at most 128 characters", "密码最多 128 个字符"},
    [W_NO_PASSWORD] = {"no password was given: type it, or send it as the first line of standard input",
                       "没有给出密码：请输入，或从标准输入第一行传入"},
    [W_PASSWORD_CHANGED] = {"has a new password; its sessions are over", "密码已修改，原有会话已结束"},
    [W_CREATED_NOW] = {"created", "已创建"},
    [W_CHANGED] = {"changed", "已修改"},
    [W_DISABLED] = {"disabled", "已停用"},
    [W_ENABLED] = {"enabled", "已恢复使用"},
    [W_SECRET_ONCE] = {"keep this secret now, it is not shown again:", "请立即保存此密钥，以后不再显示："},
    [W_HOOK_OK] = {"ok", "正常"},
    [W_HOOK_RETRYING] = {"retrying", "重试中"},
    [W_HOOK_FAILING] = {"failed last", "上次失败"},
    [W_HOOK_STATE] = {"state", "状态"},
    [W_FAILING_SINCE] = {"failing since", "失败自"},
    [W_BACKLOG] = {"to send", "待发"},
    [W_LAST_DELIVERED] = {"last delivered", "上次送达"},
    [W_BACKEND] = {"backend", "后端"},
    [W_URL] = {"URL", "地址"},
    [W_DELETED] = {"deleted", "已删除"},
    [W_TOKEN_ONCE] = {"keep this token now, it is not shown again:", "请立即保存此令牌，以后不再显示："},
    [W_REVOKED] = {"revoked", "已吊销"},
    [W_IS_THERE_ALREADY] = {"{} is there already and is left as it is", "{} 已存在，未作改动"},
    [W_NO_HOST_NAME] = {"--host \"{}\" is no host name and no numeric address",
                        "--host “{}”不是主机名，也不是数字地址"},
    [W_TOO_MANY_HOSTS] = {"too many --host, at \"{}\"", "--host 太多，从“{}”起"},
    [W_CERT_FOR_DAEMON] = {"For the daemon, in gateslotd.yaml (then restart it):",
                           "服务端，写入 gateslotd.yaml 后重启："},
    [W_CERT_FOR_CLIENTS] = {"For clients: tablets and browsers trust this file as an authority; else name it:",
                            "客户端：在平板和浏览器中将此文件安装为受信任的证书颁发机构，或在命令中指定："},
    [W_CERT_FINGERPRINTS] = {"Fingerprints (SHA-256), to be compared when it is installed:",
                             "指纹（SHA-256），安装时请核对："},
    [W_CERT_TWO_YEARS] = {"Good for two years. The signer's key was not kept: it signs nothing else.",
                          "有效期两年。签发用的私钥未保留，无法再用它签发其他证书。"},
    [W_UNKNOWN_SIGNER] =
        {"{} is not trusted: nobody known here has signed its certificate; name the signer's file "
         "with --cacert FILE or GATESLOT_CACERT",
         "不信任 {}：其证书不是由已知机构签发；请用 --cacert 文件 或 GATESLOT_CACERT 指定签发者的证书"},
    [W_CERT_EXPIRED] = {"{} is not trusted: its certificate has expired", "不信任 {}：其证书已过期"},
    [W_CERT_NOT_YET] = {"{} is not trusted: its certificate is not valid yet; is this machine's clock right?",
                        "不信任 {}：其证书尚未生效；请检查本机时钟"},
    [W_CERT_OTHER_HOST] = {"{} is not trusted: its certificate is for another name or address",
                           "不信任 {}：其证书用于别的主机名或地址"},
    [W_CERT_NOT_GOOD] = {"{} is not trusted: its certificate cannot be verified", "不信任 {}：其证书无法验证"},
    [W_NO_CACERT] = {"--cacert {} cannot be read, or holds no certificate in PEM",
                     "--cacert {} 无法读取，或其中没有 PEM 证书"},
    [W_NO_TLS_THERE] = {"no TLS connection to {}; is it http://?", "无法与 {} 建立 TLS 连接；是否应为 http://？"},
    [W_CERTIFICATE] = {"certificate", "证书"},
    [W_CERT_EXPIRES] = {"expires {}, in {} days", "{} 到期，还有 {} 天"},
    [W_CLOCK_ACCEPTED] = {"the clock is followed; the site's time is", "已采用服务器时钟，现在是"},
    [W_CONFIRMED] = {"confirmed", "已确认"},
    [W_TO_CONFIRM] = {"to be confirmed", "待确认"},
    [W_BACKUP_WRITTEN] = {"backup written to", "备份已写入"},
    [W_BACKUP_SKIPPED] = {"no backup is made here: this daemon stands by, and the one that serves makes its own",
                          "这里不做备份：本服务处于待命，由受理的那个服务自己备份"},
    [W_CHAIN_BROKEN] = {"the chain of events is broken at number", "事件链在此编号处断开："},
    [W_CHAIN_UNBROKEN] = {"events, chain unbroken, last hash", "个事件，链完整，末尾哈希"},
    [W_DATABASE] = {"database", "数据库"},
    [W_COMMAND] = {"command", "指令"},
    [W_REPLAYED_COMMANDS] = {"commands", "条指令"},
    [W_DECISIONS] = {"decisions", "项决定"},
    [W_ALL_THE_SAME] = {"all the same", "全部一致"},
    [W_DIFFERENCES] = {"differences", "处不一致"},
    [W_DIFFERENCES_ELSEWHERE] = {"differences of other dates", "其他日期的不一致"},
    [W_EARLIER_RULES] = {"decided by earlier rules", "由旧版规则决定"},
    [W_EARLIER_DIFFERING] = {"results come out otherwise by the present ones", "项结果按现行规则会不同"},
    [W_COUNTED_REFUSALS] = {"refusals only counted, not decided again (they changed nothing)",
                            "仅计数、未复算的拒绝（未改变任何数据）"},
    [W_DIFFERS_OUTCOME] = {"another outcome", "结果不同"},
    [W_DIFFERS_NUMBERS] = {"the same outcome, other particulars", "结果相同，内容不同"},
    [W_DIFFERS_EVENT] = {"another event", "事件不同"},
    [W_DIFFERS_NO_EVENT] = {"an event that is not stored", "事件未存储"},
    [W_DIFFERS_UNEXPLAINED] = {"events stored that no command led to", "存有无对应指令的事件"},
    [W_DIFFERS_DAMAGED] = {"the journal cannot be followed further", "指令流水无法继续复算"},
    [W_STORED] = {"stored", "存储"},
    [W_FOUND] = {"now", "复算"},
    [W_REQUESTS] = {"requests", "请求"},
    [W_LINE] = {"line", "行"},
    [W_REPLAYED] = {"of these answered before", "其中此前已处理"},
    [W_OUTCOME] = {"outcome", "结果"},
    [W_COUNT] = {"count", "数量"},
    [W_INSIDE] = {"inside", "场内"},
    [W_STEPS] = {"steps", "步"},
    [W_TURNED_AWAY] = {"turned away", "被劝返"},
    [W_NOT_A_DRILL] = {"this daemon runs a live site; a day can be played only against one started with --drill",
                       "该服务为正式运行，只能对以 --drill 启动的演练服务进行回放"},
    [W_CLOCK_AHEAD] = {"the drill's clock is ahead of the file's first line:", "演练时钟晚于文件首行："},
    [W_CONNECTION_LOST] = {"connection lost, trying again", "连接中断，正在重试"},
    [W_FEED_RESET] = {"the store was put back: what came after this number is gone, and the feed goes on",
                      "数据库曾被恢复，此编号之后的事件不复存在；继续接收新事件"},
    [W_STOPPED_AT] = {"stopped at", "停止于"},
    [W_USAGE] = {"Usage: ", "用法："},
    [W_OPTIONS] = {"Options:", "选项："},
    [W_COMMANDS] = {"Commands:", "命令："},
    [W_GLOBAL_OPTIONS] = {"Options of every command:", "通用选项："},
    [W_NO_SUCH] = {"{}: there is no \"{}\"", "{}：没有“{}”"},
    [W_NO_SUCH_NEAREST] = {"{}: there is no \"{}\"; did you mean \"{}\"?", "{}：没有“{}”，是否指“{}”？"},
    [W_NO_SUCH_OF] = {"{}: there is no \"{}\"; it is one of {}", "{}：没有“{}”，可用：{}"},
    [W_NOT_A_TIME] = {"{}: \"{}\" is not a time of day (08:30)", "{}：“{}”不是时刻（如 08:30）"},
    [W_NAMED_TWICE] = {"{}: \"{}\" stands there twice", "{}：“{}”重复"},
    [W_NOTHING_NAMED] = {"{}: nothing is named", "{}：没有内容"},
    [W_ONE_COLUMN] = {"{}: one column is expected, not \"{}\"", "{}：只能按一列排序，不能是“{}”"},
    [W_NOT_TOGETHER] = {"{} and {} do not go together", "{} 与 {} 不能同时使用"},
    [W_TOO_MANY_DAYS] = {"{} is too long a time: {} days are listed at most", "{} 太长：一次最多列出 {} 天"},
    [W_TOO_LONG] = {"{}: too long", "{}：太长"},
    [W_NOT_SHOWN] = {"Not shown for lack of room: {} (choose with --columns)",
                     "宽度不足，未显示：{}（可用 --columns 选择）"},
    [W_BOOKINGS] = {"bookings", "个预约"},
    [W_NOW] = {"now", "本段"},
    [W_NEXT] = {"next", "下一段"},
    [W_ROLE_SYSTEM] = {"system", "系统"},
    [W_ROLE_BACKEND] = {"backend", "预约后台"},
    [W_ROLE_GATE] = {"gate", "闸口"},
    [W_ROLE_SUPERVISOR] = {"supervisor", "主管"},
    [W_ROLE_DISPLAY] = {"display", "显示屏"},
    [W_ROLE_METRICS] = {"metrics", "监控"},
    [W_MORE_HELP] = {"More: gateslot help COMMAND, gateslot help dates, man gateslot",
                     "详见：gateslot help 命令，gateslot help dates（日期写法），man gateslot"},
    [W_SEE_HELP] = {"All commands: gateslot help", "全部命令：gateslot help"},
    [W_HELP_OF] = {"More: gateslot help ", "详见：gateslot help "},
    [W_HELP_DATES] = {"A day, in the site's time zone:\n"
                      "  2026-11-28            that day\n"
                      "  11-28                 in the year in which it is nearest to today\n"
                      "  today, tomorrow, yesterday\n"
                      "  +2d, -1d              days from today\n"
                      "  mon, monday           the next such day, today included\n"
                      "Several days:\n"
                      "  11-28..12-04          from one to the other, both included\n"
                      "  mon..fri              the second is the first such day from the first on\n"
                      "  2026-11               a month\n"
                      "  this-week, last-week, next-week, this-month, last-month, next-month",
                      "一日，按监管中心所在时区：\n"
                      "  2026-11-28、2026年11月28日\n"
                      "  11-28、11月28日       取离今天最近的一年\n"
                      "  今天、明天、昨天、后天、前天、大后天\n"
                      "  +2d、-1d              今天起的第几天\n"
                      "  周一、星期一          今天起最近的一个\n"
                      "  本周一、上周一、下周一\n"
                      "多日：\n"
                      "  11-28..12-04          起止两日都包含，也可写“至”或“～”\n"
                      "  2026-11               整月\n"
                      "  本周、上周、下周、本月、上月、下月"},
    [W_COMMAND_NAMED] = {"command", "命令"},
    [W_OPTION] = {"option", "选项"},
    [W_OPTION_TWICE] = {"--{} is given twice", "--{} 重复"},
    [W_OPTION_NEEDS_VALUE] = {"--{} needs a value: {}", "--{} 缺少值：{}"},
    [W_OPTION_NO_VALUE] = {"--{} takes no value", "--{} 不带值"},
    [W_OPTION_MISSING] = {"{}: {} is missing", "{}：缺少 {}"},
    [W_TOO_MANY_OPTIONS] = {"too many options at --{}", "选项太多，从 --{} 起"},
    [W_TOO_MANY_ARGUMENTS] = {"too many arguments at \"{}\"", "参数太多，从“{}”起"},
    [W_ARGUMENT_TOO_MANY] = {"{}: \"{}\" is one argument too many", "{}：多出参数“{}”"},
    [W_ARGUMENT_MISSING] = {"{}: {} is missing", "{}：缺少 {}"},
    [W_COMMAND_MISSING] = {"a command is missing", "缺少命令"},
    [W_SUBCOMMAND_MISSING] = {"{}: which of these?", "{}：请指定以下之一"},
    [W_NO_TOKEN_OPTION] = {"there is no --token: every user of this machine could read it from the list of processes; "
                           "use GATESLOT_TOKEN or --token-file FILE",
                           "没有 --token：本机其他用户可从进程列表中看到它；请用 GATESLOT_TOKEN 或 --token-file 文件"},
    [W_NOT_A_NUMBER] = {"{}: \"{}\" is not a number that can stand there", "{}：“{}”不是可用的数字"},
    [W_CHANGED_MEANWHILE] = {"somebody has changed this meanwhile, so nothing was done:",
                             "期间已被他人修改，未作改动："},
    [W_NOTHING_TO_CHANGE] = {"{}: nothing to change is given", "{}：没有给出要修改的内容"},
    [W_PLATE_OR_FILE] = {"--plate and so on, or a file,", "--plate 等选项，或文件"},
    [W_NOTHING_TO_SET] = {"{}: a number, --slot-capacity or --close is missing",
                          "{}：缺少容量、--slot-capacity 或 --close"},
    [W_STRIKE_COUNT] = {"count", "计数"},
    [W_SUSPENDED_UNTIL] = {"suspended until", "暂停预约至"},
    [W_CAUSE] = {"cause", "缘由"},
    [W_STRIKE_IS] = {"strike", "爽约"},
    [W_LATE_CANCEL] = {"late cancel", "开始后取消"},
    [W_COUNTS] = {"counts", "计入"},
    [W_EXCUSED] = {"excused", "免计"},
    [W_STRIKE_OVER] = {"over", "已过期"},
    [W_NO_STRIKES] = {"There are no strikes.", "没有爽约记录。"},
    [W_NO_STRIKE_OF] = {"no strike of {} counts", "{} 没有计入的爽约"},
    [W_SEVERAL_STRIKES] = {"{} has several strikes: excuse one by its id", "{} 有多次爽约，请按编号免计其中一次"},
    [W_PLACES_HELD] = {"held", "占用"},
    [W_LIMIT] = {"limit", "限额"},
    [W_CAME] = {"came", "已到"},
    [W_MISSED] = {"missed", "爽约"},
    [W_WEEK_THROTTLED] = {"week of {}: throttled, {} held of {}; it missed {} of {} the week before",
                          "{} 起的一周：限制预约，已占 {}，限额 {}；上周 {} 次爽约，共 {} 个预约"},
    [W_WEEK_FREE] = {"week of {}: not throttled, {} held; it missed {} of {} the week before",
                     "{} 起的一周：未受限制，已占 {}；上周 {} 次爽约，共 {} 个预约"},
    [W_LIVE] = {"live bookings {} of {}; {}. {} to {}: {} cancelled late, {} missed, of {}",
                "车未到场的预约（含候补）{} 个，上限 {}；{}。{} 至 {}：临近取消 {}，爽约 {}，共 {}"},
    [W_LIVE_KNOWN] = {"a truck came within 48 days", "近 48 天有车到场"},
    [W_LIVE_UNKNOWN] = {"no truck came within 48 days", "近 48 天没有车到场"},
    [W_LIVE_LATE] = {"limited because of what it gave up late or missed", "因临近取消或爽约过多受限"},
    [W_PROMISES] = {"{} to {}: {} kept, {} missed ({}), {} excused", "{} 至 {}：守约 {}，爽约 {}（{}），免计 {}"},
    [W_YARD_HEAD] = {"{}  bays {}, free {}; inside {}, overstaying {}; held {}",
                     "{}  车位 {}，空 {}；在场 {}，超时 {}；等候 {}"},
    [W_BOARD_DUE] = {"still due {}: this slot {}, next {}, late {}", "未到 {}：本段 {}，下段 {}，迟到 {}"},
    [W_BOARD_MORE] = {"not shown: {}", "未显示：{}"},
    [W_BOARD_END] = {"Ctrl-C ends", "按 Ctrl-C 退出"},
    [W_COMMA] = {", ", "，"},
    [W_COLON] = {": ", "："},
    [W_OPENING] = {" (", "（"},
    [W_CLOSING] = {")", "）"},
    [W_BOARD_HELD] = {"held", "等候"},
    [W_BOARD_LATE] = {"late", "迟到"},
    [W_BOARD_NOW] = {"now", "本段"},
    [W_BOARD_NEXT] = {"next", "下段"},
    [W_BOARD_OVER] = {"overstay", "超时"},
    [W_SINCE] = {"since", "起始"},
    [W_MINUTES] = {"min", "分钟"},
    [W_MAY_ENTER] = {"may enter", "可以入场"},
    [W_MAY_ENTER_FROM] = {"early, from {}", "早到，{} 起可入场"},
    [W_NO_BAY_FREE] = {"no bay free", "没有空车位"},
    [W_OVERSTAYS_SINCE] = {"should have left by {}", "应于 {} 前离场"},
    [W_DUE_OUT] = {"to leave by {}", "{} 前离场"},
    [W_EXPECTED_UNTIL] = {"until {}", "最晚 {}"},
    [W_NOT_A_MOMENT] = {"{}: \"{}\" is no time; write 10:05, or with a day: yesterday 23:50, 11-25 10:05",
                        "{}：“{}”不是时间；请写 10:05，或加上日期：昨天 23:50、11-25 10:05"},
    [W_TIME_LEFT_OUT] = {"{}: there was no {} on that day: the clocks were set forward",
                         "{}：当日没有 {} 这一时刻：时钟拨快了"},
};

static const struct {
    const char *status;
    enum gs_word word;
} statuses[] = {
    {"waitlisted", W_WAITLISTED}, {"booked", W_BOOKED},     {"arrived", W_ARRIVED}, {"entered", W_ENTERED},
    {"cleared", W_CLEARED},       {"departed", W_DEPARTED}, {"expired", W_EXPIRED}, {"cancelled", W_CANCELLED},
    {"no_show", W_NO_SHOW},       {"refused", W_REFUSED},   {"admit", W_ADMIT},     {"hold", W_HOLD},
    {"reject", W_REJECT},
};

enum gs_cli_lang gs_cli_lang_of(const char *lc_all, const char *lc_messages, const char *lang)
{
    const char *const sources[] = {lc_all, lc_messages, lang};
    for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++) {
        if (sources[i] != NULL && sources[i][0] != '\0') {
            return strncmp(sources[i], "zh", 2) == 0 ? GS_CLI_ZH : GS_CLI_EN;
        }
    }
    return GS_CLI_EN;
}

const char *gs_text_in(enum gs_cli_lang lang, struct gs_text text)
{
    return lang == GS_CLI_ZH ? text.zh : text.en;
}

const char *gs_word(enum gs_cli_lang lang, enum gs_word word)
{
    return gs_text_in(lang, words[word]);
}

const char *gs_word_fill(enum gs_cli_lang lang, enum gs_word word, const char *const *values, char *out, size_t size)
{
    const char *template = gs_word(lang, word);
    size_t used = 0;
    while (*template != '\0' && used + 1 < size) {
        bool gap = template[0] == '{' && template[1] == '}';
        const char *value = gap && *values != NULL ? *values++ : "";
        for (; *value != '\0' && used + 1 < size; value++) {
            out[used++] = *value;
        }
        if (!gap) {
            out[used++] = *template;
        }
        template += gap ? 2 : 1;
    }
    out[used] = '\0';
    return out;
}

const char *gs_word_status(enum gs_cli_lang lang, const char *status)
{
    if (lang == GS_CLI_EN) {
        return status;
    }
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        if (strcmp(statuses[i].status, status) == 0) {
            return gs_word(lang, statuses[i].word);
        }
    }
    return status;
}
